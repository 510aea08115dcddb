using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Copies between strided and row-major memory, by element size.</summary>
internal static unsafe class RowMajorCopy
{
    /// <summary>Copies the elements of a strided tensor to row-major memory.</summary>
    public static void Gather<T>(Layout layout, T* source, T* destination)
        where T : unmanaged
    {
        var walk = new Rows(layout);
        long inner = walk.InnerSize, stride = walk.InnerStride;
        for (long row = 0; row < walk.Count; row++, walk.Next())
        {
            T* from = source + walk.Offset, to = destination + row * inner;
            if (stride == 1)
            {
                Copy(from, to, inner);
            }
            else
            {
                for (long i = 0; i < inner; i++)
                {
                    to[i] = from[i * stride];
                }
            }
        }
    }

    /// <summary>Copies row-major memory into the elements of a strided tensor.</summary>
    public static void Scatter<T>(T* source, Layout layout, T* destination)
        where T : unmanaged
    {
        var walk = new Rows(layout);
        long inner = walk.InnerSize, stride = walk.InnerStride;
        for (long row = 0; row < walk.Count; row++, walk.Next())
        {
            T* from = source + row * inner, to = destination + walk.Offset;
            if (stride == 1)
            {
                Copy(from, to, inner);
            }
            else
            {
                for (long i = 0; i < inner; i++)
                {
                    to[i * stride] = from[i];
                }
            }
        }
    }

    public static void Copy<T>(T* source, T* destination, long count)
        where T : unmanaged =>
        Buffer.MemoryCopy(source, destination, count * sizeof(T), count * sizeof(T));

    /// <summary>Walks the innermost rows of a layout in row-major order, keeping the element offset of each.</summary>
    public ref struct Rows
    {
        private readonly ReadOnlySpan<long> _sizes;
        private readonly ReadOnlySpan<long> _strides;
        private readonly long[] _index;

        public Rows(Layout layout)
        {
            int outer = Math.Max(layout.Rank - 1, 0);
            _sizes = layout.Sizes[..outer];
            _strides = layout.Strides[..outer];
            _index = outer == 0 ? [] : new long[outer];
            InnerSize = layout.Rank == 0 ? 1 : layout.Sizes[outer];
            InnerStride = layout.Rank == 0 ? 1 : layout.Strides[outer];
            Count = InnerSize == 0 ? 0 : layout.NumberOfElements / InnerSize;
        }

        public long Count { get; }

        public long InnerSize { get; }

        public long InnerStride { get; }

        public long Offset { get; private set; }

        public void Next()
        {
            for (int d = _sizes.Length - 1; d >= 0; d--)
            {
                Offset += _strides[d];
                if (++_index[d] < _sizes[d])
                {
                    return;
                }

                Offset -= _index[d] * _strides[d];
                _index[d] = 0;
            }
        }
    }
}
