using Terra.Runtime.Autograd;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>Geometry and dtype of one fresh result.</summary>
public readonly record struct OutputSpec(Layout Layout, DType DType);

/// <summary>
/// The shape and dtype rule: checks the arguments and says what each fresh result (one the schema does not alias to an argument) is.
/// Reads metadata only, never data.
/// </summary>
public delegate OutputSpec[] InferRule(OpInvocation call);

/// <summary>
/// Runs the op: reads its inputs' buffers and writes its outputs', all of which are ready (allocated, not pending).
/// Called by eager mode on the program's thread and by the GraphRunner on its own; keeps no state between calls.
/// </summary>
public delegate void KernelRule(OpInvocation call);

/// <summary>Runs the op, writing its result where <paramref name="epilogue"/> says and finishing every part of it once.</summary>
internal delegate void EpilogueKernelRule(OpInvocation call, Epilogue epilogue);

/// <summary>Lowers a pointwise op: the value of one element of the (single) result from those of the inputs, in the result's dtype.</summary>
public delegate IrNode PointwiseRule(PointwiseBuilder builder, OpInvocation call);

/// <summary>
/// Checks data that the kernel relies on (indices in range) before the op is accepted, so that an error surfaces at the call.
/// Called with inputs that are readable.
/// </summary>
public delegate void DataCheck(OpInvocation call);

/// <summary>A kernel that computes some of an op's results, given by position.</summary>
public readonly record struct KernelPart(KernelRule Kernel, int[] Outputs);

/// <summary>The one definition of an op: schema, shape and dtype rule, lowering or kernel, derivative.</summary>
public sealed class OpDef
{
    public OpDef(string schema, InferRule infer)
    {
        Schema = OpSchema.Parse(schema);
        Infer = infer;
    }

    public OpSchema Schema { get; }

    public string Name => Schema.Name;

    public InferRule Infer { get; }

    /// <summary>
    /// How the op runs on the CPU. Pointwise ops get the generic pointwise kernel here. Others may leave the 16-bit floating-point types to <see cref="WidenedKernel"/>.
    /// </summary>
    public required KernelRule Kernel
    {
        get => field;
        init => field = value == PointwiseKernels.RunOp || TakesNarrowFloats ? value : WidenedKernel.Of(value);
    }

    /// <summary>The kernel takes 16-bit floating-point tensors as they are: it only moves elements, or converts them itself. Set before <see cref="Kernel"/>.</summary>
    public bool TakesNarrowFloats { get; init; }

    /// <summary>
    /// For an op with results that have nothing to do with each other: kernels that each compute some of them and together do what
    /// <see cref="Kernel"/> does, bit for bit, in any order or at the same time. The last is the one that can wait longest.
    /// </summary>
    public KernelPart[] Parts
    {
        get => field;
        init => field = Array.ConvertAll(value, static part => part with { Kernel = WidenedKernel.Of(part.Kernel, part.Outputs) });
    } = [];

    /// <summary>
    /// Set on ops with one result, contiguous and fresh, whose kernel can let pointwise ops follow in the same pass: does to float32 and float64 tensors what
    /// <see cref="Kernel"/> does, bit for bit.
    /// </summary>
    internal EpilogueKernelRule? KernelWithEpilogue { get; init; }

    /// <summary>
    /// Which calls <see cref="KernelWithEpilogue"/> takes, by metadata; null for all. It is not worth it where results are complete a few elements at a time.
    /// </summary>
    internal Func<OpInvocation, bool>? EpiloguePays { get; init; }

    /// <summary>Set on ops that compute each result element from the broadcast inputs' elements alone; they can be fused.</summary>
    public PointwiseRule? Pointwise { get; init; }

    /// <summary>
    /// Inputs of a pointwise op that have a number for each channel, the second dimension of the result; they broadcast over all other dimensions. Where there are any,
    /// <see cref="Kernel"/> is one for rows of equal channel, made of the same operations in the same order as <see cref="Pointwise"/>.
    /// </summary>
    internal int[] ChannelInputs { get; init; } = [];

    /// <summary>Null for ops without a derivative (comparisons, integer ops, backward ops).</summary>
    public DerivativeRule? Derivative { get; init; }

    /// <summary>Which tensors the derivative reads the data of, by position; metadata is always there.</summary>
    public int[] SavedInputs { get; init; } = [];

    public int[] SavedOutputs { get; init; } = [];

    /// <summary>
    /// Results that are there for the derivative only (statistics, a layer's gates): the program's handles on them take no part in differentiation, as after
    /// PyTorch's <c>mark_non_differentiable</c>. Those that the derivative is given do, so that it can be differentiated itself.
    /// </summary>
    public int[] NonDifferentiable { get; init; } = [];

    /// <summary>Set on ops whose kernel relies on what is in an input, such as indices.</summary>
    public DataCheck? CheckData { get; init; }

    /// <summary>Which calls <see cref="CheckData"/> is for, by metadata; null for all.</summary>
    public Func<OpInvocation, bool>? ChecksDataOf { get; init; }

    /// <summary>
    /// <see cref="Kernel"/> makes the same check as it reads the data, before it uses them. In eager mode, calls that write nothing but fresh results leave it to the kernel.
    /// </summary>
    public bool KernelChecksData { get; init; }

    /// <summary>The inputs <see cref="CheckData"/> reads.</summary>
    public int[] CheckedInputs { get; init; } = [];

    /// <summary>The shape rule reads scalar arguments' values (arange), not only their categories.</summary>
    public bool InferReadsScalars { get; init; }

    /// <summary>The result's shape depends on the inputs' data (nonzero, masked_select): the op cannot be deferred.</summary>
    public bool IsDataDependent { get; init; }

    public override string ToString() => Name;
}
