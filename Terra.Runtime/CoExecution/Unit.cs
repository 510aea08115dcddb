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

    private FusedKernel[] _kernels = [];

    public int Length { get; } = length;

    public TraceNode NodeAt(int index) => segment.Nodes[start + index];

    public static bool IsFusible(OpDef op) => op.Pointwise is not null && op.Schema.Returns == 1 && !op.IsDataDependent;

    /// <summary>The kernel for the ops from <paramref name="first"/> on, met in this way; null if it was not compiled yet.</summary>
    public FusedKernel? FindKernel(int first, ReadOnlySpan<int> signature)
    {
        foreach (FusedKernel kernel in Volatile.Read(ref _kernels))
        {
            if (kernel.First == first && signature.SequenceEqual(kernel.Signature))
            {
                return kernel;
            }
        }

        return null;
    }

    /// <summary>Compiles the kernel for the analyzed ops and keeps it. Runners of several threads may do so at once.</summary>
    public FusedKernel Compile(int first, ReadOnlySpan<WorkItem> items, FusionAnalysis analysis)
    {
        FusedKernel compiled = FusedKernel.Compile(first, analysis.Signature, items, analysis);
        lock (segment)
        {
            Volatile.Write(ref _kernels, [.. _kernels, compiled]);
        }

        return compiled;
    }
}
