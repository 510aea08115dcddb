using System.Collections.Concurrent;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Kernels of losses that are a function of one element of each of two tensors, which broadcast: aten::NAME(self, target, int reduction, ...), where the reduction is none, the mean or the sum.
/// A sum or mean is taken as the elements' losses are computed, which are written nowhere.
/// </summary>
internal static class ElementLoss
{
    private static readonly ConcurrentDictionary<(OpDef Op, DType First, bool IsFirstScalar, DType Second, bool IsSecondScalar), PointwiseProgram> s_programs = new();

    /// <summary>Runs a loss. Always give the same rule for an op.</summary>
    public static void Run(OpInvocation call, PointwiseManyRule rule)
    {
        long reduction = call.Int(0);
        if (reduction == LossKernels.NoReduction)
        {
            PointwiseKernels.RunMany(call, rule);
            return;
        }

        TensorImpl self = call.Input(0), target = call.Input(1);
        PointwiseProgram program = s_programs.GetOrAdd(
            (call.Op, self.DType, self.Rank == 0, target.DType, target.Rank == 0), static (_, known) => Program(known.Call, known.Rule), (Call: call, Rule: rule));
        var scalars = new long[program.Scalars.Length];
        for (int i = 0; i < scalars.Length; i++)
        {
            scalars[i] = program.Scalars[i].Read(call.Attrs[program.Scalars[i].Attribute]);
        }

        Layout space = ShapeRules.Broadcast(call);
        var reduced = new bool[space.Rank];
        Array.Fill(reduced, true);
        ReductionKernel kernel = ReductionKernel.Get(program, ReduceOp.Sum);
        if (reduction != LossKernels.Mean)
        {
            kernel.Run([self, target], call.Outputs[0], space.Sizes, reduced, scalars);
            return;
        }

        using TensorImpl sum = TensorImpl.Allocate(Layout.Scalar, call.Outputs[0].DType);
        kernel.Run([self, target], sum, space.Sizes, reduced, scalars);
        ReductionKernels.Divide(sum, call.Outputs[0], space.NumberOfElements);
    }

    private static PointwiseProgram Program(OpInvocation call, PointwiseManyRule rule)
    {
        var builder = new PointwiseBuilder();
        IrNode first = builder.NewInput(call.Input(0).DType), second = builder.NewInput(call.Input(1).DType);
        builder.Enter(call, [first, second], 0);
        return builder.Build(builder.Result(rule(builder, call)[0], call.Outputs[0].DType));
    }
}
