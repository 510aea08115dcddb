using System.Numerics;
using System.Runtime.CompilerServices;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// gather and scatter along a dimension: element (i0 .. i .. in) of the index names position (i0 .. index .. in) of the other tensor.
/// Writes to one place happen in the row-major order of the index, so that of several the last stands and sums have one order: threads share
/// the work along another dimension.
/// </summary>
internal static unsafe class GatherKernels
{
    private const long ElementsPerTask = 65536;

    /// <summary>Throws for an index outside the dimension; index tensor at position 1, dimension at attribute 0.</summary>
    public static void CheckIndices(OpInvocation call)
    {
        TensorImpl self = call.Input(0), index = call.Input(1);
        int dim = ShapeErrors.WrapDim(call.Int(0), self.Rank);
        long size = SizeAlong(self, dim);
        if (IndexRange.FirstOutside(index, 0, size) is { } outside)
        {
            throw ShapeErrors.IndexOutOfBounds(outside, dim, size);
        }
    }

    /// <summary>gather(self, dim, index).</summary>
    public static void Gather(OpInvocation call) => ElementTypes.BySize(call.Outputs[0].DType, new GatherElements(call));

    /// <summary>scatter.src(self, dim, index, src), in place or not.</summary>
    public static void ScatterSource(OpInvocation call)
    {
        ElementTypes.BySize(call.Outputs[0].DType, new ScatterElements(call, call.Input(2), 0));
    }

    /// <summary>scatter.value(self, dim, index, value), in place or not.</summary>
    public static void ScatterValue(OpInvocation call)
    {
        DType dtype = call.Outputs[0].DType;
        ElementTypes.BySize(dtype, new ScatterElements(call, null, ElementTypes.ToBits(call.Scalar(1), dtype)));
    }

    /// <summary>scatter_add(self, dim, index, src), in place or not.</summary>
    public static void ScatterAdd(OpInvocation call) => ElementTypes.ByNumber(call.Op.Name, call.Outputs[0].DType, new AddElements(call));

    /// <summary>Makes a fresh result start as a copy of self; an in-place op's result is self.</summary>
    public static void CopySelf(OpInvocation call)
    {
        TensorImpl self = call.Input(0), result = call.Outputs[0];
        if (!ReferenceEquals(self, result))
        {
            ElementTypes.BySize(self.DType, new CopyAll(self, result));
        }
    }

    /// <summary>
    /// Whether the rows of the index are for rows of the result, each of which has one: a fresh result can then be copied from self row by row, just before it is written.
    /// </summary>
    private static bool VisitsEachRow(OpInvocation call, int dim)
    {
        TensorImpl self = call.Input(0), index = call.Input(1), result = call.Outputs[0];
        return !ReferenceEquals(self, result) && self.Layout.IsContiguous && result.Rank > 0 && dim == result.Rank - 1 && index.Rank == result.Rank
            && index.NumberOfElements > 0 && index.Sizes[..dim].SequenceEqual(result.Sizes[..dim]);
    }

    /// <summary>Throws if a kernel has met an index that is outside: for the first of them in row-major order.</summary>
    private static void Refuse(OpInvocation call, bool isOutside)
    {
        if (isOutside)
        {
            CheckIndices(call);
        }
    }

    private static long SizeAlong(TensorImpl self, int dim) => self.Rank == 0 ? 1 : self.Sizes[dim];

    private static Range OneDimension(int dim, int rank) => rank == 0 ? 0..0 : dim..(dim + 1);

    private static long[] WithoutDimension(TensorImpl tensor, int dim, out long stride)
    {
        long[] strides = tensor.Layout.Strides.ToArray();
        stride = 0;
        if (strides.Length > 0)
        {
            stride = strides[dim];
            strides[dim] = 0;
        }

        return strides;
    }

    /// <summary>A row of elements, each <paramref name="along"/> times its index behind the row's own place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GatherRow<T>(T* from, long fromStep, long along, long* indices, long indexStep, T* to, long toStep, long count)
        where T : unmanaged
    {
        long i = 0;
        if (fromStep == 0 && along == 1 && indexStep == 1 && toStep == 1)
        {
            for (; i + 4 <= count; i += 4)
            {
                T first = from[indices[i]], second = from[indices[i + 1]], third = from[indices[i + 2]], fourth = from[indices[i + 3]];
                to[i] = first;
                to[i + 1] = second;
                to[i + 2] = third;
                to[i + 3] = fourth;
            }
        }

        for (; i < count; i++)
        {
            to[i * toStep] = from[(i * fromStep) + (indices[i * indexStep] * along)];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScatterRow<T>(T* from, long fromStep, long* indices, long indexStep, T* to, long toStep, long along, long count)
        where T : unmanaged
    {
        if (indexStep == 0)
        {
            StridedCopy.Run((byte*)from, fromStep * sizeof(T), (byte*)(to + (*indices * along)), toStep * sizeof(T), count, sizeof(T));
            return;
        }

        for (long i = 0; i < count; i++)
        {
            to[(i * toStep) + (indices[i * indexStep] * along)] = from[i * fromStep];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRow<T>(T* from, long fromStep, long* indices, long indexStep, T* to, long toStep, long along, long count, bool areTruthValues)
        where T : unmanaged, INumber<T>
    {
        long i = 0;
        if (fromStep == 1 && indexStep == 1 && toStep == 0 && along == 1)
        {
            // Places are looked up ahead; sums are made one after another, since places may be the same.
            for (; i + 4 <= count; i += 4)
            {
                T* first = to + indices[i], second = to + indices[i + 1], third = to + indices[i + 2], fourth = to + indices[i + 3];
                *first = ElementTypes.Add(*first, from[i], areTruthValues);
                *second = ElementTypes.Add(*second, from[i + 1], areTruthValues);
                *third = ElementTypes.Add(*third, from[i + 2], areTruthValues);
                *fourth = ElementTypes.Add(*fourth, from[i + 3], areTruthValues);
            }
        }

        for (; i < count; i++)
        {
            T* at = to + (i * toStep) + (indices[i * indexStep] * along);
            *at = ElementTypes.Add(*at, from[i * fromStep], areTruthValues);
        }
    }

    private readonly struct CopyAll(TensorImpl from, TensorImpl to) : IElementKernel
    {
        public void Run<T>()
            where T : unmanaged
        {
            T* source = (T*)from.Pointer, target = (T*)to.Pointer;
            if (from.Layout.IsContiguous)
            {
                WorkerPool.Shared.For(from.NumberOfElements, ElementsPerTask, (first, end) => RowMajorCopy.Copy(source + first, target + first, end - first));
            }
            else
            {
                RowMajorCopy.Gather(from.Layout, source, target);
            }
        }
    }

    private readonly struct GatherElements(OpInvocation call) : IElementKernel
    {
        public void Run<T>()
            where T : unmanaged
        {
            TensorImpl self = call.Input(0), index = call.Input(1);
            int dim = ShapeErrors.WrapDim(call.Int(0), self.Rank);
            long[] strides = WithoutDimension(self, dim, out long along);
            T* from = (T*)self.Pointer, to = (T*)call.Outputs[0].Pointer;
            long* indices = (long*)index.Pointer;
            long size = SizeAlong(call.Input(0), dim);
            bool isOutside = false;
            GridShare.Run(index.Sizes.ToArray(), 0..0, index.Layout.Strides.ToArray(), strides, call.Outputs[0].Layout.Strides.ToArray(), (ref GridWalk walk) =>
            {
                for (long row = 0; row < walk.RowCount; row++, walk.Next())
                {
                    if (IndexRange.AnyOutside(indices + walk.First, walk.FirstStep, walk.RowLength, 0, size) < 0)
                    {
                        isOutside = true;
                        return;
                    }

                    GatherRow(from + walk.Second, walk.SecondStep, along, indices + walk.First, walk.FirstStep, to + walk.Third, walk.ThirdStep, walk.RowLength);
                }
            });
            Refuse(call, isOutside);
        }
    }

    private readonly struct ScatterElements(OpInvocation call, TensorImpl? source, long bits) : IElementKernel
    {
        public void Run<T>()
            where T : unmanaged
        {
            TensorImpl result = call.Outputs[0], index = call.Input(1);
            int dim = ShapeErrors.WrapDim(call.Int(0), result.Rank);
            long[] strides = WithoutDimension(result, dim, out long along);
            bool copiesRows = VisitsEachRow(call, dim);
            if (!copiesRows)
            {
                CopySelf(call);
            }

            using var value = new Scratch<long>(1);
            *value.Pointer = bits;
            T* to = (T*)result.Pointer, from = source is null ? (T*)value.Pointer : (T*)source.Pointer, initial = (T*)call.Input(0).Pointer;
            long rowLength = result.Rank == 0 ? 1 : result.Sizes[^1];
            long* indices = (long*)index.Pointer;
            long size = SizeAlong(call.Input(0), dim);
            bool isOutside = false;
            long[] sourceStrides = source is null ? [] : source.Layout.Strides.ToArray();
            GridShare.Run(index.Sizes.ToArray(), OneDimension(dim, index.Rank), index.Layout.Strides.ToArray(), strides, sourceStrides, (ref GridWalk walk) =>
            {
                for (long row = 0; row < walk.RowCount; row++, walk.Next())
                {
                    if (IndexRange.AnyOutside(indices + walk.First, walk.FirstStep, walk.FirstStep == 0 ? 1 : walk.RowLength, 0, size) < 0)
                    {
                        isOutside = true;
                        return;
                    }

                    if (copiesRows)
                    {
                        RowMajorCopy.Copy(initial + walk.Second, to + walk.Second, rowLength);
                    }

                    ScatterRow(from + walk.Third, walk.ThirdStep, indices + walk.First, walk.FirstStep, to + walk.Second, walk.SecondStep, along, walk.RowLength);
                }
            });
            Refuse(call, isOutside);
        }
    }

    private readonly struct AddElements(OpInvocation call) : INumberKernel
    {
        public void Run<T>()
            where T : unmanaged, INumber<T>
        {
            TensorImpl result = call.Outputs[0], index = call.Input(1), source = call.Input(2);
            int dim = ShapeErrors.WrapDim(call.Int(0), result.Rank);
            long[] strides = WithoutDimension(result, dim, out long along);
            bool copiesRows = VisitsEachRow(call, dim);
            if (!copiesRows)
            {
                CopySelf(call);
            }

            long rowLength = result.Rank == 0 ? 1 : result.Sizes[^1];
            T* to = (T*)result.Pointer, from = (T*)source.Pointer, initial = (T*)call.Input(0).Pointer;
            long* indices = (long*)index.Pointer;
            long size = SizeAlong(call.Input(0), dim);
            bool isOutside = false;
            bool areTruthValues = result.DType == DType.Bool;
            GridShare.Run(index.Sizes.ToArray(), OneDimension(dim, index.Rank), index.Layout.Strides.ToArray(), strides, source.Layout.Strides.ToArray(), (ref GridWalk walk) =>
            {
                for (long row = 0; row < walk.RowCount; row++, walk.Next())
                {
                    if (IndexRange.AnyOutside(indices + walk.First, walk.FirstStep, walk.RowLength, 0, size) < 0)
                    {
                        isOutside = true;
                        return;
                    }

                    if (copiesRows)
                    {
                        RowMajorCopy.Copy(initial + walk.Second, to + walk.Second, rowLength);
                    }

                    AddRow(
                        from + walk.Third, walk.ThirdStep, indices + walk.First, walk.FirstStep, to + walk.Second, walk.SecondStep, along, walk.RowLength, areTruthValues);
                }
            });
            Refuse(call, isOutside);
        }
    }
}
