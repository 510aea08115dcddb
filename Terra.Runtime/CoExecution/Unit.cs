using Terra.Runtime.Ops;
using Terra.Runtime.Tracing;

namespace Terra.Runtime.CoExecution;

/// <summary>
/// Neighbouring pointwise ops of a segment, candidates for one kernel. Which of them really share a kernel is decided by the
/// tensors they meet (sizes, aliasing, which values the program can still read), so each way they were met has its own
/// <see cref="FusedKernel"/>, kept here.
/// </summary>
internal sealed class Unit(Segment segment, int start, int length)
{
    public const int MaxOps = 48;

    private readonly List<FusedKernel> _kernels = [];

    public int Length { get; } = length;

    public TraceNode NodeAt(int index) => segment.Nodes[start + index];

    public static bool IsFusible(OpDef op) => op.Pointwise is not null && op.Schema.Returns == 1 && !op.IsDataDependent;

    /// <summary>The kernel for the ops from <paramref name="first"/> on, met in this way; compiled on first use.</summary>
    public FusedKernel KernelFor(int first, ReadOnlySpan<int> signature, ReadOnlySpan<WorkItem> items, FusionAnalysis analysis)
    {
        foreach (FusedKernel kernel in _kernels)
        {
            if (kernel.First == first && signature.SequenceEqual(kernel.Signature))
            {
                return kernel;
            }
        }

        var compiled = FusedKernel.Compile(first, signature, items, analysis);
        _kernels.Add(compiled);
        return compiled;
    }
}
