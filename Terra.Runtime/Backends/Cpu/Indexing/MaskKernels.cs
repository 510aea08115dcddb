using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// nonzero and masked_select: results whose size depends on data, in row-major order. What is set is counted block by block, so that each block's part of the
/// result has a known place and threads write them side by side.
/// </summary>
internal static unsafe class MaskKernels
{
    /// <summary>Elements whose truth is in one word.</summary>
    private const int Word = 64;

    private const long ElementsPerBlock = 1 << 14;

    /// <summary>How many elements are not zero (false).</summary>
    public static long CountNonzero(TensorImpl tensor)
    {
        var count = new Counter();
        Each(tensor, count);
        return count.Count;
    }

    /// <summary>nonzero(self): one row of positions for each element that is not zero.</summary>
    public static void Nonzero(OpInvocation call) => Each(call.Input(0), new PositionWriter(call.Input(0).Sizes.ToArray(), (long*)call.Outputs[0].Pointer));

    /// <summary>masked_select(self, mask): the elements of self, broadcast with the mask, where the mask is set.</summary>
    public static void MaskedSelect(OpInvocation call) => ElementTypes.BySize(call.Input(0).DType, new SelectMasked(call));

    /// <summary>Number of set elements of a mask broadcast to the given sizes.</summary>
    public static long CountMasked(TensorImpl mask, ReadOnlySpan<long> sizes)
    {
        long repeats = 1;
        foreach (long size in sizes)
        {
            repeats *= size;
        }

        return mask.NumberOfElements == 0 ? 0 : repeats / mask.NumberOfElements * CountNonzero(mask);
    }

    private static void Each(TensorImpl tensor, INonzeroVisitor visitor)
    {
        switch (tensor.DType)
        {
            case DType.Float32:
                Each<float>(tensor, visitor);
                break;
            case DType.Float64:
                Each<double>(tensor, visitor);
                break;
            case DType.Int64:
                Each<long>(tensor, visitor);
                break;
            case DType.Int32:
                Each<int>(tensor, visitor);
                break;
            case DType.Int16:
                Each<short>(tensor, visitor);
                break;
            case DType.UInt8 or DType.Int8 or DType.Bool:
                Each<byte>(tensor, visitor);
                break;
            default:
                using (TensorImpl wide = WidenedKernel.Widen(tensor))
                {
                    Each<float>(wide, visitor);
                }

                break;
        }
    }

    private static void Each<T>(TensorImpl tensor, INonzeroVisitor visitor)
        where T : unmanaged, INumberBase<T>
    {
        using var data = new ContiguousData<T>(tensor);
        visitor.Visit(data.Pointer, tensor.NumberOfElements);
    }

    /// <summary>Where in the result each block of elements begins; the last entry is the result's size.</summary>
    private static long[] Starts<T>(T* data, long count)
        where T : unmanaged, INumberBase<T>
    {
        var starts = new long[((count + ElementsPerBlock - 1) / ElementsPerBlock) + 1];
        WorkerPool.Shared.For(starts.Length - 1, 1, (from, to) =>
        {
            for (long block = from; block < to; block++)
            {
                long begin = block * ElementsPerBlock;
                starts[block + 1] = CountBlock(data + begin, Math.Min(ElementsPerBlock, count - begin));
            }
        });
        for (int block = 1; block < starts.Length; block++)
        {
            starts[block] += starts[block - 1];
        }

        return starts;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long CountBlock<T>(T* data, long count)
        where T : unmanaged, INumberBase<T>
    {
        long set = 0;
        for (long i = 0; i < count; i += Word)
        {
            set += BitOperations.PopCount(Truth(data + i, count - i));
        }

        return set;
    }

    /// <summary>A bit for each of the next elements, up to a word of them: whether it is not zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Truth<T>(T* data, long count)
        where T : unmanaged, INumberBase<T>
    {
        ulong bits = 0;
        if (count >= Word)
        {
            for (int lane = 0; lane < Word; lane += Vector512<T>.Count)
            {
                bits |= Vector512.Equals(Vector512.Load(data + lane), Vector512<T>.Zero).ExtractMostSignificantBits() << lane;
            }

            return ~bits;
        }

        for (int lane = 0; lane < count; lane++)
        {
            bits |= data[lane] == T.Zero ? 0 : 1ul << lane;
        }

        return bits;
    }

    private interface INonzeroVisitor
    {
        void Visit<T>(T* data, long count)
            where T : unmanaged, INumberBase<T>;
    }

    private sealed class Counter : INonzeroVisitor
    {
        public long Count { get; private set; }

        public void Visit<T>(T* data, long count)
            where T : unmanaged, INumberBase<T> => Count = Starts(data, count)[^1];
    }

    private sealed class PositionWriter(long[] sizes, long* result) : INonzeroVisitor
    {
        public void Visit<T>(T* data, long count)
            where T : unmanaged, INumberBase<T>
        {
            if (sizes.Length == 0)
            {
                return;
            }

            long[] starts = Starts(data, count);
            WorkerPool.Shared.For(starts.Length - 1, 1, (from, to) =>
                Write(data, from * ElementsPerBlock, Math.Min(to * ElementsPerBlock, count), result + (starts[from] * sizes.Length)));
        }

        /// <summary>Writes the positions of what is set from <paramref name="begin"/> to <paramref name="end"/>, elements counted in row-major order.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Write<T>(T* data, long begin, long end, long* to)
            where T : unmanaged, INumberBase<T>
        {
            int outer = sizes.Length - 1;
            long width = sizes[outer], row = begin / width, rowBegin = row * width;
            long* position = stackalloc long[outer + 1];
            for (int d = outer - 1; d >= 0; d--)
            {
                (row, position[d]) = Math.DivRem(row, sizes[d]);
            }

            for (long i = begin; i < end; i += Word)
            {
                for (ulong bits = Truth(data + i, end - i); bits != 0; bits &= bits - 1)
                {
                    long column = i + BitOperations.TrailingZeroCount(bits) - rowBegin;
                    for (; column >= width; column -= width)
                    {
                        rowBegin += width;
                        for (int d = outer - 1; d >= 0 && ++position[d] == sizes[d]; d--)
                        {
                            position[d] = 0;
                        }
                    }

                    for (int d = 0; d < outer; d++)
                    {
                        to[d] = position[d];
                    }

                    to[outer] = column;
                    to += outer + 1;
                }
            }
        }
    }

    private readonly struct SelectMasked(OpInvocation call) : IElementKernel
    {
        public void Run<T>()
            where T : unmanaged
        {
            TensorImpl self = call.Input(0), mask = call.Input(1);
            long[] sizes = IndexPlan.BroadcastSizes([self, mask]);
            using TensorImpl expanded = IndexPlan.Expand(self, sizes), expandedMask = IndexPlan.Expand(mask, sizes);
            using var elements = new ContiguousData<T>(expanded);
            using var truths = new ContiguousData<byte>(expandedMask);
            T* from = elements.Pointer, to = (T*)call.Outputs[0].Pointer;
            byte* set = truths.Pointer;
            long count = expanded.NumberOfElements;
            long[] starts = Starts(set, count);
            WorkerPool.Shared.For(starts.Length - 1, 1, (first, last) =>
                Write(from, set, first * ElementsPerBlock, Math.Min(last * ElementsPerBlock, count), to + starts[first]));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Write<T>(T* from, byte* set, long begin, long end, T* to)
            where T : unmanaged
        {
            for (long i = begin; i < end; i += Word)
            {
                for (ulong bits = Truth(set + i, end - i); bits != 0; bits &= bits - 1)
                {
                    *to++ = from[i + BitOperations.TrailingZeroCount(bits)];
                }
            }
        }
    }
}
