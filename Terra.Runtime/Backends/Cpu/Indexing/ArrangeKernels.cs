using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Ops that put elements elsewhere: tril, triu, flip.</summary>
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
