using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>index_select and index_add: whole slices along a dimension by a list of indices; sums run in the order of the list.</summary>
internal static unsafe class IndexSelectKernels
{
    private const long ElementsPerTask = 32768;

    /// <summary>So many slices added to, and slices so wide, are worth that each thread looks through the list for its own.</summary>
    private const long EnoughSlices = 16, MostBlocks = 32;

    /// <summary>Throws for an index outside the dimension; the index tensor is at position 1, the dimension at attribute 0.</summary>
    public static void CheckIndices(OpInvocation call)
    {
        TensorImpl self = call.Input(0);
        long size = self.Rank == 0 ? 1 : self.Sizes[ShapeErrors.WrapDim(call.Int(0), self.Rank)];
        using IndexList indices = new(call.Input(1));
        if (IndexRange.FirstOutside(indices.Pointer, indices.Count, 0, size) is not null)
        {
            throw ShapeErrors.Error("index out of range in self");
        }
    }

    /// <summary>index_select(self, dim, index).</summary>
    public static void Select(OpInvocation call) => ElementTypes.BySize(call.Outputs[0].DType, new SelectSlices(call));

    /// <summary>index_add(self, dim, index, source, alpha), in place or not.</summary>
    public static void Add(OpInvocation call) => ElementTypes.ByNumber(call.Op.Name, call.Outputs[0].DType, new AddSlices(call));

    /// <summary>Sizes and strides of a tensor with a dimension moved to the front; a 0-d tensor counts as one slice.</summary>
    private static (long[] Sizes, long[] Strides, long Along) Slice(TensorImpl tensor, int dim)
    {
        if (tensor.Rank == 0)
        {
            return ([], [], 0);
        }

        var sizes = new List<long>(tensor.Sizes.ToArray());
        var strides = new List<long>(tensor.Layout.Strides.ToArray());
        long along = strides[dim];
        sizes.RemoveAt(dim);
        strides.RemoveAt(dim);
        return ([.. sizes], [.. strides], along);
    }

    /// <summary>Whether a slice lies in row-major order without gaps.</summary>
    private static bool IsDense(long[] sizes, long[] strides) => new Layout(sizes, strides).IsContiguous;

    private static void CopyRow<T>(T* from, long fromStep, T* to, long toStep, long count)
        where T : unmanaged
    {
        if (fromStep == 1 && toStep == 1)
        {
            RowMajorCopy.Copy(from, to, count);
            return;
        }

        for (long i = 0; i < count; i++)
        {
            to[i * toStep] = from[i * fromStep];
        }
    }

    /// <summary>to += from * factor (of truth values, or and and); an element's bits do not depend on whether it is computed in a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRow<T>(T* to, long toStep, T* from, long fromStep, long count, T factor, bool areTruthValues)
        where T : unmanaged, INumber<T>
    {
        long i = 0;
        if (fromStep == 1 && toStep == 1 && !areTruthValues)
        {
            Vector512<T> scale = Vector512.Create(factor);
            for (; i + Vector512<T>.Count <= count; i += Vector512<T>.Count)
            {
                (Vector512.Load(to + i) + (Vector512.Load(from + i) * scale)).Store(to + i);
            }
        }

        for (; i < count; i++)
        {
            to[i * toStep] = ElementTypes.Add(to[i * toStep], unchecked(from[i * fromStep] * factor), areTruthValues);
        }
    }

    private readonly struct SelectSlices(OpInvocation call) : IElementKernel
    {
        public void Run<T>()
            where T : unmanaged
        {
            TensorImpl self = call.Input(0), result = call.Outputs[0];
            int dim = ShapeErrors.WrapDim(call.Int(0), self.Rank);
            (long[] sizes, long[] from, long fromAlong) = Slice(self, dim);
            (_, long[] to, long toAlong) = Slice(result, dim);
            using IndexList indices = new(call.Input(1));
            T* origin = (T*)self.Pointer, destination = (T*)result.Pointer;
            long* list = indices.Pointer;
            if (self.Rank > 0 && dim == self.Rank - 1)
            {
                // Each row is gathered by the same list.
                GridShare.Run(result.Sizes.ToArray(), 0..0, [.. new long[dim], 1], [.. from, 0], [.. to, toAlong], (ref GridWalk walk) =>
                {
                    for (long row = 0; row < walk.RowCount; row++, walk.Next())
                    {
                        GatherKernels.GatherRow(
                            origin + walk.Second, 0, fromAlong, list + walk.First, walk.FirstStep, destination + walk.Third, walk.ThirdStep, walk.RowLength);
                    }
                });
                return;
            }

            long perSlice = sizes.Aggregate(1L, static (product, size) => product * size);
            long grain = Math.Max(1, ElementsPerTask / Math.Max(perSlice, 1));
            if (IsDense(sizes, from) && IsDense(sizes, to))
            {
                WorkerPool.Shared.For(indices.Count, grain, (first, end) =>
                {
                    for (long k = first; k < end; k++)
                    {
                        RowMajorCopy.Copy(origin + (list[k] * fromAlong), destination + (k * toAlong), perSlice);
                    }
                });
                return;
            }

            WorkerPool.Shared.For(indices.Count, grain, (first, end) =>
            {
                for (long k = first; k < end; k++)
                {
                    T* source = origin + list[k] * fromAlong, target = destination + k * toAlong;
                    var walk = new GridWalk(sizes, from, to);
                    for (long row = 0; row < walk.RowCount; row++, walk.Next())
                    {
                        CopyRow(source + walk.First, walk.FirstStep, target + walk.Second, walk.SecondStep, walk.RowLength);
                    }
                }
            });
        }
    }

    private readonly struct AddSlices(OpInvocation call) : INumberKernel
    {
        public void Run<T>()
            where T : unmanaged, INumber<T>
        {
            TensorImpl self = call.Input(0), result = call.Outputs[0], addend = call.Input(2);
            ScalarValue alpha = call.Scalar(1);
            bool areTruthValues = result.DType == DType.Bool;
            T factor = result.DType.IsFloatingPoint() ? T.CreateTruncating(alpha.ToDouble()) : T.CreateTruncating(areTruthValues ? Convert.ToInt64(alpha.ToBoolean()) : alpha.ToInt64());
            int dim = ShapeErrors.WrapDim(call.Int(0), result.Rank);
            (long[] sizes, long[] to, long toAlong) = Slice(result, dim);
            (_, long[] from, long fromAlong) = Slice(addend, dim);
            using IndexList indices = new(call.Input(1));
            T* destination = (T*)result.Pointer, origin = (T*)addend.Pointer;
            long* list = indices.Pointer;
            long count = indices.Count, slices = result.Rank == 0 ? 1 : result.Sizes[dim], width = sizes.Aggregate(1L, static (product, size) => product * size);
            if (slices >= EnoughSlices && IsDense(sizes, to) && IsDense(sizes, from))
            {
                // A fresh result of dense slices is one row-major matrix of them, as self is where it is contiguous: each thread then copies the slices it adds to.
                bool isFresh = !ReferenceEquals(self, result), copies = isFresh && self.Layout.IsContiguous;
                T* initial = copies ? (T*)self.Pointer : null;
                if (isFresh && !copies)
                {
                    GatherKernels.CopySelf(call);
                }

                long work = (count + (copies ? slices : 0)) * width, blocks = width < EnoughSlices ? 1 : Math.Clamp(work / ElementsPerTask, 1, MostBlocks);
                long perBlock = ((slices - 1) / blocks) + 1;
                WorkerPool.Shared.Each(blocks, block =>
                {
                    long first = block * perBlock, end = Math.Min(first + perBlock, slices);
                    if (copies && first < end)
                    {
                        RowMajorCopy.Copy(initial + (first * width), destination + (first * width), (end - first) * width);
                    }

                    for (long k = 0; k < count; k++)
                    {
                        if (list[k] >= first && list[k] < end)
                        {
                            AddRow(destination + (list[k] * toAlong), 1, origin + (k * fromAlong), 1, width, factor, areTruthValues);
                        }
                    }
                });
                return;
            }

            GatherKernels.CopySelf(call);
            if (sizes.Length == 0)
            {
                for (long k = 0; k < count; k++)
                {
                    AddRow(destination + list[k] * toAlong, 0, origin + k * fromAlong, 0, 1, factor, areTruthValues);
                }

                return;
            }

            // The list counts as the grid's first dimension, whose order is kept: threads share the slices' own dimensions.
            GridShare.Run([count, .. sizes], 0..1, [fromAlong, .. from], [0, .. to], [], (ref GridWalk walk) =>
            {
                for (long row = 0; row < walk.RowCount; row++, walk.Next())
                {
                    T* target = destination + list[walk.Position(0)] * toAlong + walk.Second;
                    AddRow(target, walk.SecondStep, origin + walk.First, walk.FirstStep, walk.RowLength, factor, areTruthValues);
                }
            });
        }
    }
}
