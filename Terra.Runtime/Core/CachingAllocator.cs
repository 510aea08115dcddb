using System.Runtime.InteropServices;

namespace Terra.Runtime.Core;

/// <summary>Native memory for tensors, 64-byte aligned.</summary>
public sealed unsafe class CachingAllocator
{
    public const int Alignment = 64;

    public static CachingAllocator Shared { get; } = new();

    /// <summary>Uninitialized memory of at least <paramref name="byteLength"/> bytes. Thread-safe.</summary>
    public nint Allocate(long byteLength) => (nint)NativeMemory.AlignedAlloc((nuint)Math.Max(byteLength, 1), Alignment);

    /// <summary>Takes back what <see cref="Allocate"/> gave for the same length. Thread-safe; finalizers call it.</summary>
    public void Free(nint buffer, long byteLength) => NativeMemory.AlignedFree((void*)buffer);
}
