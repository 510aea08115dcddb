using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>nonzero and masked_select: results whose size depends on data, in row-major order.</summary>
internal static unsafe class MaskKernels
{
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
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        using var data = new ContiguousData<T>(tensor);
        for (long i = 0; i < tensor.NumberOfElements; i++)
        {
            if (data.Pointer[i] != T.Zero)
            {
                visitor.Visit(i);
            }
        }
    }

    private interface INonzeroVisitor
    {
        void Visit(long linear);
    }

    private sealed class Counter : INonzeroVisitor
    {
        public long Count { get; private set; }

        public void Visit(long linear) => Count++;
    }

    private sealed class PositionWriter(long[] sizes, long* to) : INonzeroVisitor
    {
        private long* _to = to;

        public void Visit(long linear)
        {
            for (int d = sizes.Length - 1; d >= 0; d--)
            {
                _to[d] = linear % sizes[d];
                linear /= sizes[d];
            }

            _to += sizes.Length;
        }
    }

    private readonly struct SelectMasked(OpInvocation call) : IElementKernel
    {
        public void Run<T>()
            where T : unmanaged
        {
            TensorImpl self = call.Input(0), mask = call.Input(1);
            long[] sizes = IndexPlan.BroadcastSizes([self, mask]);
            T* from = (T*)self.Pointer, to = (T*)call.Outputs[0].Pointer;
            byte* set = (byte*)mask.Pointer;
            var walk = new GridWalk(sizes, Strides(self, sizes), Strides(mask, sizes));
            for (long row = 0; row < walk.RowCount; row++, walk.Next())
            {
                for (long i = 0; i < walk.RowLength; i++)
                {
                    if (set[walk.Second + i * walk.SecondStep] != 0)
                    {
                        *to++ = from[walk.First + i * walk.FirstStep];
                    }
                }
            }
        }

        private static long[] Strides(TensorImpl tensor, long[] sizes)
        {
            var strides = new long[sizes.Length];
            for (int i = 1; i <= tensor.Rank; i++)
            {
                strides[^i] = tensor.Sizes[^i] == 1 ? 0 : tensor.Layout.Strides[^i];
            }

            return strides;
        }
    }
}
