using Terra.Runtime.Ops;
using Terra.Runtime.Tracing;

namespace Terra.Runtime.CoExecution;

/// <summary>
/// Neighbouring pointwise ops of a segment, candidates for one kernel, perhaps with the matrix product or convolution before them. Which of them really share a kernel is decided by the
/// tensors they meet (sizes, aliasing, which values the program can still read), so each way they were met has its own
/// <see cref="FusedKernel"/>, kept here.
/// </summary>
internal sealed class Unit(Segment segment, int start, int length)
{
    public const int MaxOps = 48;

    private FusedKernel[] _kernels = [];
    private int _reach;

    public int Length { get; } = length;

    /// <summary>The first op is a matrix product or convolution, which the others may follow in the same pass.</summary>
    public bool BeginsWithProducer => NodeAt(0).Op.KernelWithEpilogue is not null;

    public TraceNode NodeAt(int index) => segment.Nodes[start + index];

    public static bool IsFusible(OpDef op) => op.Pointwise is not null && op.Schema.Returns == 1 && !op.IsDataDependent;

    /// <summary>
    /// How many ops from number <paramref name="first"/> on may share a kernel: all that are left. A producer's long kernel does not wait for more of them than it
    /// has taken before.
    /// </summary>
    public int Candidates(int first) => first == 0 && Volatile.Read(ref _reach) is > 0 and var reach ? reach : Length - first;

    /// <summary>Says that so many ops, from the unit's first one on, share a kernel.</summary>
    public void NoteReach(int count)
    {
        if (BeginsWithProducer && count > Volatile.Read(ref _reach))
        {
            Volatile.Write(ref _reach, count);
        }
    }

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
