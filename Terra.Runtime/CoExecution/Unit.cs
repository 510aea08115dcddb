using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Terra.Runtime.Tracing;

namespace Terra.Runtime.CoExecution;

/// <summary>
/// Neighbouring pointwise ops of a segment, candidates for one kernel, perhaps with the matrix product or convolution before them. Which of them really share a kernel is decided by the
/// tensors they meet (sizes, aliasing, which values the program can still read), so each way they were met has its own
/// <see cref="FusedKernel"/>, of which the last ones are kept here.
/// </summary>
internal sealed class Unit(Segment segment, int start, int length)
{
    public const int MaxOps = 48;

    /// <summary>Ways of meeting beyond so many make it forget the kernel compiled first, which runners that run it keep.</summary>
    internal const int MostKernels = 32;

    private FusedKernel[] _kernels = [];
    private Reach? _reach;

    /// <summary>How many ops shared a kernel with a producer of these inputs.</summary>
    private sealed record Reach(Layout?[] Inputs, int Ops);

    public int Length { get; } = length;

    /// <summary>The first op is a matrix product or convolution, which the others may follow in the same pass.</summary>
    public bool BeginsWithProducer => NodeAt(0).Op.KernelWithEpilogue is not null;

    internal int KernelCount => Volatile.Read(ref _kernels).Length;

    public TraceNode NodeAt(int index) => segment.Nodes[start + index];

    public static bool IsFusible(OpDef op) => op.Pointwise is not null && op.Schema.Returns == 1 && !op.IsDataDependent;

    /// <summary>
    /// How many ops from number <paramref name="first"/> on, which is <paramref name="call"/>, may share a kernel: all that are left. A producer's long kernel does not
    /// wait for more of them than it has taken when it last had inputs of these sizes.
    /// </summary>
    public int Candidates(int first, OpInvocation call) =>
        first == 0 && Volatile.Read(ref _reach) is { } reach && IsFor(reach, call) ? reach.Ops : Length - first;

    /// <summary>Says that so many ops, from the unit's first one on, which is <paramref name="call"/>, share a kernel.</summary>
    public void NoteReach(OpInvocation call, int count)
    {
        if (!BeginsWithProducer || (Volatile.Read(ref _reach) is { } reach && IsFor(reach, call) && count <= reach.Ops))
        {
            return;
        }

        var inputs = new Layout?[call.Inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = call.Inputs[i]?.Layout;
        }

        Volatile.Write(ref _reach, new Reach(inputs, count));
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
            ReadOnlySpan<FusedKernel> kept = _kernels.AsSpan(Math.Max(_kernels.Length - MostKernels + 1, 0));
            Volatile.Write(ref _kernels, [.. kept, compiled]);
        }

        return compiled;
    }

    private static bool IsFor(Reach reach, OpInvocation call)
    {
        for (int i = 0; i < reach.Inputs.Length; i++)
        {
            if (reach.Inputs[i] is { } layout ? call.Inputs[i]?.Layout.SameSizes(layout) != true : call.Inputs[i] is not null)
            {
                return false;
            }
        }

        return true;
    }
}
