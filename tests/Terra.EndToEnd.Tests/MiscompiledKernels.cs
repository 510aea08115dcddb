using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.CoExecution;
using Terra.Runtime.Compiler;
using Terra.Runtime.Diagnostics;

namespace Terra.EndToEnd.Tests;

/// <summary>
/// A bug to be found: while it lives, fused kernels compute one operation with the wrong sign. Ops that run alone, as all do in eager mode, stay right.
/// For tests that run one at a time.
/// </summary>
internal sealed class MiscompiledKernels : IDisposable
{
    private readonly Func<PointwiseProgram, PointwiseKernel> _right = FusedKernel.CodeGenerator;
    private readonly IrOp _wrong;

    public MiscompiledKernels(IrOp wrong)
    {
        _wrong = wrong;
        FusedKernel.CodeGenerator = Miscompile;
    }

    /// <summary>Kernels are right again, and the wrong ones forgotten.</summary>
    public void Dispose()
    {
        FusedKernel.CodeGenerator = _right;
        TerraRuntime.Reset();
    }

    private PointwiseKernel Miscompile(PointwiseProgram program)
    {
        IrNode[] outputs = new IrRewriter(new IrGraph(), Rewrite).Rewrite(program.Outputs.ToArray());
        return _right(new PointwiseProgram(program.Inputs.ToArray(), program.Scalars.ToArray(), outputs));
    }

    private IrNode Rewrite(IrGraph graph, IrNode node, IrNode[] sources)
    {
        IrNode same = graph.Add(node.Op, node.DType, node.Argument, sources);
        return node.Op == _wrong ? graph.Add(IrOp.Neg, node.DType, same) : same;
    }
}
