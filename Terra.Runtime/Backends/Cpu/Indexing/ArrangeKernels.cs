using System.Runtime.CompilerServices;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Ops that put elements elsewhere (tril, triu, flip), and eye.</summary>
internal static unsafe class ArrangeKernels
{
    private const long ElementsPerTask = 32768;

    /// <summary>eye.m(n, m, dtype).</summary>
    public static void Eye(OpInvocation call)
    {
        DType dtype = call.Outputs[0].DType;
        ElementTypes.BySize(dtype, new Identity(call.Outputs[0], ElementTypes.ToBits(1L, dtype)));
    }

    /// <summary>tril(self, diagonal).</summary>
    public static void Tril(OpInvocation call) => ElementTypes.BySize(call.Outputs[0].DType, new Triangle(call, upper: false));

    /// <summary>triu(self, diagonal).</summary>
    public static void Triu(OpInvocation call) => ElementTypes.BySize(call.Outputs[0].DType, new Triangle(call, upper: true));

    /// <summary>flip(self, dims): a copy with negative strides.</summary>
    public static void Flip(OpInvocation call)
    {
        TensorImpl self = call.Input(0), result = call.Outputs[0];
        int size = result.DType.SizeInBytes();
        long[] strides = StridedSpace.InBytes(self.Layout.Strides, size);
        var from = (byte*)self.Pointer;
        foreach (long dim in call.Ints(0))
        {
            int d = ShapeErrors.WrapDim(dim, self.Rank);
            if (self.Rank > 0 && self.Sizes[d] > 0)
            {
                from += (self.Sizes[d] - 1) * strides[d];
                strides[d] = -strides[d];
            }
        }

        TensorCopy.Run(self.Sizes, from, strides, (byte*)result.Pointer, StridedSpace.RowMajorStrides(self.Sizes, size), size);
    }

    private readonly struct Identity(TensorImpl result, long one) : IElementKernel
    {
        public void Run<T>()
            where T : unmanaged
        {
            long rows = result.Sizes[0], columns = result.Sizes[1];
            T* to = (T*)result.Pointer;
            T element = Unsafe.As<long, T>(ref Unsafe.AsRef(in one));
            WorkerPool.Shared.For(rows, Math.Max(1, ElementsPerTask / Math.Max(columns, 1)), (first, end) =>
            {
                Clear(to + (first * columns), (end - first) * columns);
                for (long row = first; row < Math.Min(end, columns); row++)
                {
                    to[(row * columns) + row] = element;
                }
            });
        }
    }

    private static void Clear<T>(T* to, long count)
        where T : unmanaged
    {
        const int Most = 1 << 30;
        for (; count > Most; count -= Most, to += Most)
        {
            new Span<T>(to, Most).Clear();
        }

        new Span<T>(to, (int)count).Clear();
    }

    private readonly struct Triangle(OpInvocation call, bool upper) : IElementKernel
    {
        public void Run<T>()
            where T : unmanaged
        {
            TensorImpl self = call.Input(0), result = call.Outputs[0];
            long diagonal = call.Int(0), rows = self.Sizes[^2], columns = self.Sizes[^1];
            if (result.NumberOfElements == 0)
            {
                return;
            }

            // Elements in another order are all put in place first.
            bool isCopied = !self.Layout.IsContiguous, keepsEnd = upper;
            if (isCopied)
            {
                TensorCopy.Run(self, result);
            }

            T* from = (T*)self.Pointer, to = (T*)result.Pointer;
            WorkerPool.Shared.For(result.NumberOfElements / columns, Math.Max(1, ElementsPerTask / columns), (first, end) =>
            {
                for (long row = first; row < end; row++)
                {
                    // The upper triangle's first column, or the one behind the lower triangle's last.
                    long cut = Math.Clamp(ClampedSum(row % rows, diagonal) + (keepsEnd ? 0 : 1), 0, columns), start = row * columns;
                    (long kept, long count) = keepsEnd ? (start + cut, columns - cut) : (start, cut);
                    (long cleared, long rest) = keepsEnd ? (start, cut) : (start + cut, columns - cut);
                    if (!isCopied && count > 0)
                    {
                        PlaneCopy.Row((byte*)(from + kept), (byte*)(to + kept), count * sizeof(T));
                    }

                    Clear(to + cleared, rest);
                }
            });
        }

        /// <summary>A row's number and a diagonal's, however far out that is.</summary>
        private static long ClampedSum(long row, long diagonal) => row + Math.Clamp(diagonal, -int.MaxValue, int.MaxValue);
    }
}
