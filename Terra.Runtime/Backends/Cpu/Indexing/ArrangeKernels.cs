using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Ops that put elements elsewhere: tril, triu, flip, constant_pad_nd, upsample_nearest2d.</summary>
internal static unsafe class ArrangeKernels
{
    /// <summary>tril(self, diagonal).</summary>
    public static void Tril(OpInvocation call) => ElementTypes.BySize(call.Outputs[0].DType, new Triangle(call, upper: false));

    /// <summary>triu(self, diagonal).</summary>
    public static void Triu(OpInvocation call) => ElementTypes.BySize(call.Outputs[0].DType, new Triangle(call, upper: true));

    /// <summary>flip(self, dims).</summary>
    public static void Flip(OpInvocation call) => ElementTypes.BySize(call.Outputs[0].DType, new Reverse(call));

    /// <summary>constant_pad_nd(self, pad, value): pairs of (before, after), the last dimension's first; negative ones crop.</summary>
    public static void Pad(OpInvocation call) => ElementTypes.BySize(call.Outputs[0].DType, new Frame(call));

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

    private readonly struct Reverse(OpInvocation call) : IElementKernel
    {
        public void Run<T>()
            where T : unmanaged
        {
            TensorImpl self = call.Input(0);
            long[] strides = self.Layout.Strides.ToArray();
            T* from = (T*)self.Pointer, to = (T*)call.Outputs[0].Pointer;
            foreach (long dim in call.Ints(0))
            {
                int d = ShapeErrors.WrapDim(dim, self.Rank);
                if (self.Rank > 0 && self.Sizes[d] > 0)
                {
                    from += (self.Sizes[d] - 1) * strides[d];
                    strides[d] = -strides[d];
                }
            }

            var walk = new GridWalk(self.Sizes, strides);
            for (long row = 0; row < walk.RowCount; row++, walk.Next())
            {
                for (long i = 0; i < walk.RowLength; i++)
                {
                    *to++ = from[walk.First + i * walk.FirstStep];
                }
            }
        }
    }

    private readonly struct Frame(OpInvocation call) : IElementKernel
    {
        public void Run<T>()
            where T : unmanaged
        {
            TensorImpl self = call.Input(0), result = call.Outputs[0];
            long[] pad = call.Ints(0);
            long bits = ElementTypes.ToBits(call.Scalar(1), result.DType);
            new Span<T>((T*)result.Pointer, checked((int)result.NumberOfElements)).Fill(*(T*)&bits);
            T* from = (T*)self.Pointer, to = (T*)result.Pointer;
            var inside = new long[self.Rank];
            for (int d = 0; d < self.Rank; d++)
            {
                int pair = 2 * (self.Rank - 1 - d);
                long before = pair < pad.Length ? pad[pair] : 0;
                long skipped = Math.Max(-before, 0), shift = Math.Max(before, 0);
                inside[d] = Math.Max(0, Math.Min(self.Sizes[d] - skipped, result.Sizes[d] - shift));
                from += skipped * self.Layout.Strides[d];
                to += shift * result.Layout.Strides[d];
            }

            var walk = new GridWalk(inside, self.Layout.Strides, result.Layout.Strides);
            for (long row = 0; row < walk.RowCount; row++, walk.Next())
            {
                for (long i = 0; i < walk.RowLength; i++)
                {
                    to[walk.Second + i * walk.SecondStep] = from[walk.First + i * walk.FirstStep];
                }
            }
        }
    }
}
