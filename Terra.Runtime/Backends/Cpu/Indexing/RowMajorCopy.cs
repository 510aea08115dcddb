using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Copies to row-major memory.</summary>
internal static unsafe class RowMajorCopy
{
    /// <summary>Copies the elements of a strided tensor to row-major memory.</summary>
    public static void Gather<T>(Layout layout, T* source, T* destination)
        where T : unmanaged => TensorCopy.Run(
            layout.Sizes,
            (byte*)source,
            StridedSpace.InBytes(layout.Strides, sizeof(T)),
            (byte*)destination,
            StridedSpace.RowMajorStrides(layout.Sizes, sizeof(T)),
            sizeof(T));

    public static void Copy<T>(T* source, T* destination, long count)
        where T : unmanaged =>
        Buffer.MemoryCopy(source, destination, count * sizeof(T), count * sizeof(T));
}
