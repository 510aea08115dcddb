using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// How advanced indexing walks: the sizes of the result, and strides of self and of the table of offsets over them. The indices' broadcast
/// dimensions stand where the indexed dimensions stood if those are neighbours, else in front.
/// </summary>
internal sealed unsafe class IndexPlan
{
    private const long IndicesPerTask = 16384;

    private readonly TensorImpl _self;
    private readonly TensorImpl[] _indices;
    private readonly long[] _dims;
    private readonly long[] _indexSizes;

    /// <param name="self">The tensor indexed.</param>
    /// <param name="indices">Index tensors that broadcast together.</param>
    /// <param name="dims">The dimension of self each index is for, ascending.</param>
    public IndexPlan(TensorImpl self, ReadOnlySpan<TensorImpl?> indices, long[] dims)
    {
        _self = self;
        _dims = dims;
        _indices = new TensorImpl[dims.Length];
        for (int k = 0; k < dims.Length; k++)
        {
            _indices[k] = indices[k]!;
        }

        _indexSizes = BroadcastSizes(_indices);
        bool neighbours = dims.Length == 0 || dims[^1] - dims[0] == dims.Length - 1;
        int before = neighbours && dims.Length > 0 ? (int)dims[0] : 0;
        var sizes = new List<long>();
        var selfStrides = new List<long>();
        var offsetStrides = new List<long>();
        for (int d = 0; d <= self.Rank; d++)
        {
            if (d == before)
            {
                AddIndexDimensions(sizes, selfStrides, offsetStrides);
            }

            if (d < self.Rank && Array.IndexOf(dims, d) < 0)
            {
                sizes.Add(self.Sizes[d]);
                selfStrides.Add(self.Layout.Strides[d]);
                offsetStrides.Add(0);
            }
        }

        IndexDimensions = before..(before + _indexSizes.Length);
        (Sizes, SelfStrides, OffsetStrides) = ([.. sizes], [.. selfStrides], [.. offsetStrides]);
    }

    /// <summary>Sizes of the result of indexing.</summary>
    public long[] Sizes { get; }

    /// <summary>Which dimensions of the result are the indices'. Elements that differ in another one lie at different places of self.</summary>
    public Range IndexDimensions { get; }

    /// <summary>Every dimension of self is indexed: the result's dimensions are the indices'.</summary>
    public bool IndexesAll => IndexDimensions.Equals(0..Sizes.Length);

    /// <summary>Above all <see cref="Offsets"/>.</summary>
    public long Extent
    {
        get
        {
            long last = 0;
            foreach (long dim in _dims)
            {
                last += Math.Max(_self.Sizes[(int)dim] - 1, 0) * _self.Layout.Strides[(int)dim];
            }

            return last + 1;
        }
    }

    public long[] SelfStrides { get; }

    public long[] OffsetStrides { get; }

    /// <summary>The part of self's element offset that the indices give, for each position of their broadcast sizes in row-major order.</summary>
    public Scratch<long> Offsets()
    {
        long count = 1;
        foreach (long size in _indexSizes)
        {
            count *= size;
        }

        Scratch<long> offsets = _dims.Length == 0 ? Scratch<long>.Zeroed(count) : new Scratch<long>(count);
        for (int k = 0; k < _dims.Length; k++)
        {
            bool isFirst = k == 0;
            long size = _self.Sizes[(int)_dims[k]], stride = _self.Layout.Strides[(int)_dims[k]];
            using TensorImpl expanded = Expand(_indices[k], _indexSizes);
            using var indices = new ContiguousData<long>(expanded);
            long* from = indices.Pointer, to = offsets.Pointer;
            WorkerPool.Shared.For(count, IndicesPerTask, (first, end) => AddOffsets(from + first, size, stride, to + first, end - first, isFirst));
        }

        return offsets;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddOffsets(long* indices, long size, long stride, long* offsets, long count, bool isFirst)
    {
        long i = 0;
        for (; i + Vector512<long>.Count <= count; i += Vector512<long>.Count)
        {
            Vector512<long> index = Vector512.Load(indices + i);
            index += Vector512.LessThan(index, Vector512<long>.Zero) & Vector512.Create(size);
            Vector512<long> offset = index * Vector512.Create(stride);
            (isFirst ? offset : offset + Vector512.Load(offsets + i)).Store(offsets + i);
        }

        for (; i < count; i++)
        {
            long offset = (indices[i] < 0 ? indices[i] + size : indices[i]) * stride;
            offsets[i] = isFirst ? offset : offset + offsets[i];
        }
    }

    /// <summary>Strides with which a tensor is read over the result's sizes.</summary>
    public long[] Broadcast(TensorImpl values) => BroadcastStrides(values, Sizes);

    /// <summary>A tensor broadcast to sizes, sharing its storage.</summary>
    public static TensorImpl Expand(TensorImpl tensor, long[] sizes) =>
        new(tensor.Storage, new Layout([.. sizes], BroadcastStrides(tensor, sizes)), tensor.DType, tensor.Offset);

    /// <summary>The sizes index tensors broadcast to.</summary>
    public static long[] BroadcastSizes(ReadOnlySpan<TensorImpl> indices)
    {
        long[] sizes = [];
        foreach (TensorImpl index in indices)
        {
            var merged = new long[Math.Max(sizes.Length, index.Rank)];
            for (int i = 1; i <= merged.Length; i++)
            {
                long a = i <= sizes.Length ? sizes[^i] : 1, b = i <= index.Rank ? index.Sizes[^i] : 1;
                merged[^i] = a == b || b == 1 ? a : a == 1 ? b : throw Mismatch(indices);
            }

            sizes = merged;
        }

        return sizes;
    }

    private static long[] BroadcastStrides(TensorImpl tensor, long[] sizes)
    {
        var strides = new long[sizes.Length];
        for (int i = 1; i <= tensor.Rank; i++)
        {
            strides[^i] = tensor.Sizes[^i] == 1 ? 0 : tensor.Layout.Strides[^i];
        }

        return strides;
    }

    private static Exception Mismatch(ReadOnlySpan<TensorImpl> indices)
    {
        string shapes = string.Join(", ", indices.ToArray().Select(index => ShapeErrors.Text(index.Sizes)));
        return ShapeErrors.Error($"shape mismatch: indexing tensors could not be broadcast together with shapes {shapes}");
    }

    private void AddIndexDimensions(List<long> sizes, List<long> selfStrides, List<long> offsetStrides)
    {
        long stride = 1;
        var strides = new long[_indexSizes.Length];
        for (int d = _indexSizes.Length - 1; d >= 0; d--)
        {
            strides[d] = stride;
            stride *= _indexSizes[d];
        }

        sizes.AddRange(_indexSizes);
        selfStrides.AddRange(new long[_indexSizes.Length]);
        offsetStrides.AddRange(strides);
    }
}
