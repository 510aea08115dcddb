using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Ops that put elements elsewhere: tril, triu, flip, constant_pad_nd.</summary>
internal static unsafe class ArrangeKernels
{
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

    /// <summary>
    /// constant_pad_nd(self, pad, value): pairs of (before, after), the last dimension's first; negative ones crop. The border is filled dimension by dimension, between the
    /// borders of those before it.
    /// </summary>
    public static void Pad(OpInvocation call)
    {
        TensorImpl self = call.Input(0), result = call.Outputs[0];
        long[] pad = call.Ints(0);
        int size = result.DType.SizeInBytes();
        long value = ElementTypes.ToBits(call.Scalar(1), result.DType);
        byte* from = (byte*)self.Pointer, to = (byte*)result.Pointer;
        long[] region = result.Sizes.ToArray();
        long[] fromStrides = StridedSpace.InBytes(self.Layout.Strides, size), toStrides = StridedSpace.RowMajorStrides(region, size);
        for (int d = 0; d < region.Length; d++)
        {
            int pair = 2 * (region.Length - 1 - d);
            long before = pair < pad.Length ? pad[pair] : 0, width = region[d];
            long skipped = Math.Max(-before, 0), start = Math.Clamp(before, 0, width);
            long inside = Math.Max(0, Math.Min(self.Sizes[d] - skipped, width - start));
            region[d] = start;
            Fill(region, &value, to, toStrides, size);
            to += start * toStrides[d];
            region[d] = width - start - inside;
            Fill(region, &value, to + (inside * toStrides[d]), toStrides, size);
            region[d] = inside;
            from += skipped * fromStrides[d];
        }

        TensorCopy.Run(region, from, fromStrides, to, toStrides, size);
    }

    private static void Fill(long[] region, void* value, byte* first, long[] strides, int size) =>
        TensorCopy.Run(region, (byte*)value, new long[strides.Length], first, strides, size);

    private readonly struct Triangle(OpInvocation call, bool upper) : IElementKernel
    {
        public void Run<T>()
            where T : unmanaged
        {
            TensorImpl self = call.Input(0);
            long diagonal = call.Int(0);
            T* from = (T*)self.Pointer, to = (T*)call.Outputs[0].Pointer;
            var walk = new GridWalk(self.Sizes, self.Layout.Strides);
            for (long row = 0; row < walk.RowCount; row++, walk.Next())
            {
                long cut = walk.Position(self.Rank - 2) + diagonal;
                for (long i = 0; i < walk.RowLength; i++)
                {
                    bool kept = upper ? i >= cut : i <= cut;
                    *to++ = kept ? from[walk.First + i * walk.FirstStep] : default;
                }
            }
        }
    }
}
