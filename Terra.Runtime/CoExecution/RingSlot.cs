using System.Runtime.InteropServices;

namespace Terra.Runtime.CoExecution;

/// <summary>
/// A place in a GraphRunner's queue. Each has cache lines of its own, so that the runner, emptying one, does not slow the skeleton that fills the next.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct RingSlot
{
    [FieldOffset(0)]
    public WorkItem Item;

    /// <summary>One more than the number of the op whose item is, or last was, here. Written by the skeleton, after the item.</summary>
    [FieldOffset(32)]
    public long Filled;
}
