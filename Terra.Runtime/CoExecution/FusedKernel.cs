using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.CoExecution;

/// <summary>
/// Several pointwise ops compiled into one kernel, from the same lowering rules that eager mode runs one by one. Where the first op is a producer, the kernel
/// is of those behind it.
/// </summary>
internal sealed class FusedKernel
{
    private readonly int[] _signature;
    private readonly PointwiseKernel _kernel;
    private readonly ScalarSlot[] _scalars;

    private FusedKernel(int first, int[] signature, PointwiseKernel kernel, ScalarSlot[] scalars)
    {
        First = first;
        _signature = signature;
        _kernel = kernel;
        _scalars = scalars;
    }

    /// <summary>What makes code of the program of a fused kernel. Tests set one that errs, to see who notices.</summary>
    public static Func<PointwiseProgram, PointwiseKernel> CodeGenerator { get; set; } = PointwiseKernel.Get;

    /// <summary>The op of the unit it begins with.</summary>
    public int First { get; }

    public ReadOnlySpan<int> Signature => _signature;

    public static FusedKernel Compile(int first, ReadOnlySpan<int> signature, ReadOnlySpan<WorkItem> items, FusionAnalysis analysis)
    {
        var builder = new PointwiseBuilder();
        var externals = new IrNode[analysis.Externals.Length];
        for (int i = 0; i < externals.Length; i++)
        {
            externals[i] = builder.NewInput(analysis.Externals[i].DType);
        }

        var values = new IrNode[items.Length];
        ReadOnlySpan<int> codes = analysis.Codes;
        int begin = 0;
        if (analysis.Producer is not null)
        {
            values[begin++] = externals[0];
        }

        for (int i = begin; i < items.Length; i++)
        {
            OpInvocation call = items[i].Call;
            var arguments = new IrNode?[call.Inputs.Length];
            for (int a = 0; a < arguments.Length; a++)
            {
                int code = codes[a];
                arguments[a] = FusionAnalysis.ProducerOf(code) is { } producer ? values[producer]
                    : FusionAnalysis.ExternalOf(code) is { } slot ? externals[slot]
                    : null;
            }

            codes = codes[arguments.Length..];
            values[i] = builder.Lower(call, arguments, call.Outputs[0].DType, i);
        }

        PointwiseProgram program = builder.Build(analysis.StoredOps.Select(op => values[op]).ToArray());
        return new FusedKernel(first, signature.ToArray(), CodeGenerator(program), program.Scalars.ToArray());
    }

    public void Run(ReadOnlySpan<WorkItem> items, ReadOnlySpan<TensorImpl> inputs, ReadOnlySpan<TensorImpl> outputs)
    {
        Span<long> scalars = stackalloc long[_scalars.Length];
        ReadScalars(items, scalars);
        _kernel.Run(inputs, outputs, scalars);
    }

    /// <summary>
    /// Runs the first op's kernel with the others as its epilogue. Its result, the first of the inputs, goes to <paramref name="place"/>, which has memory, or if that is
    /// null nowhere.
    /// </summary>
    public unsafe void RunBehindProducer(
        ReadOnlySpan<WorkItem> items, ReadOnlySpan<TensorImpl> inputs, ReadOnlySpan<TensorImpl> outputs, TensorImpl? place)
    {
        long* scalars = stackalloc long[_scalars.Length];
        ReadScalars(items, new Span<long>(scalars, _scalars.Length));
        using var scratch = new Scratch<byte>(place is null ? inputs[0].Storage.ByteLength : 0);
        void* result = place is null ? scratch.Pointer : (void*)place.Pointer;
        OpInvocation producer = items[0].Call;
        producer.Op.KernelWithEpilogue!(producer, new Epilogue(_kernel, result, inputs, outputs, scalars));
    }

    private void ReadScalars(ReadOnlySpan<WorkItem> items, Span<long> scalars)
    {
        for (int i = 0; i < scalars.Length; i++)
        {
            scalars[i] = _scalars[i].Read(items[_scalars[i].Call].Call.Attrs[_scalars[i].Attribute]);
        }
    }
}
