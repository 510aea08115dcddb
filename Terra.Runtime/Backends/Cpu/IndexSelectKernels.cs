using System.Numerics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>index_select and index_add: whole slices along a dimension by a list of indices; sums run in the order of the list.</summary>
internal static unsafe class IndexSelectKernels
{
    /// <summary>Throws for an index outside the dimension; the index tensor is at position 1, the dimension at attribute 0.</summary>
    public static void CheckIndices(OpInvocation call)
    {
        TensorImpl self = call.Input(0);
        long size = self.Rank == 0 ? 1 : self.Sizes[ShapeErrors.WrapDim(call.Int(0), self.Rank)];
        using IndexList indices = new(call.Input(1));
        for (long i = 0; i < indices.Count; i++)
        {
            if ((ulong)indices[i] >= (ulong)size)
            {
                throw ShapeErrors.Error("index out of range in self");
            }
        }
    }

    /// <summary>index_select(self, dim, index).</summary>
    public static void Select(OpInvocation call) => ElementTypes.BySize(call.Outputs[0].DType, new SelectSlices(call));

    /// <summary>index_add(self, dim, index, source, alpha), in place or not.</summary>
    public static void Add(OpInvocation call)
    {
        GatherKernels.CopySelf(call);
        ElementTypes.ByNumber(call.Op.Name, call.Outputs[0].DType, new AddSlices(call));
    }

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
            for (long k = 0; k < indices.Count; k++)
            {
                T* source = (T*)self.Pointer + indices[k] * fromAlong, target = (T*)result.Pointer + k * toAlong;
                var walk = new GridWalk(sizes, from, to);
                for (long row = 0; row < walk.RowCount; row++, walk.Next())
                {
                    for (long i = 0; i < walk.RowLength; i++)
                    {
                        target[walk.Second + i * walk.SecondStep] = source[walk.First + i * walk.FirstStep];
                    }
                }
            }
        }
    }

    private readonly struct AddSlices(OpInvocation call) : INumberKernel
    {
        public void Run<T>()
            where T : unmanaged, INumber<T>
        {
            TensorImpl result = call.Outputs[0], addend = call.Input(2);
            ScalarValue alpha = call.Scalar(1);
            T factor = result.DType.IsFloatingPoint() ? T.CreateTruncating(alpha.ToDouble()) : T.CreateTruncating(alpha.ToInt64());
            int dim = ShapeErrors.WrapDim(call.Int(0), result.Rank);
            (long[] sizes, long[] to, long toAlong) = Slice(result, dim);
            (_, long[] from, long fromAlong) = Slice(addend, dim);
            using IndexList indices = new(call.Input(1));
            for (long k = 0; k < indices.Count; k++)
            {
                T* target = (T*)result.Pointer + indices[k] * toAlong, source = (T*)addend.Pointer + k * fromAlong;
                var walk = new GridWalk(sizes, from, to);
                for (long row = 0; row < walk.RowCount; row++, walk.Next())
                {
                    for (long i = 0; i < walk.RowLength; i++)
                    {
                        T* at = target + walk.Second + i * walk.SecondStep;
                        *at = unchecked(*at + source[walk.First + i * walk.FirstStep] * factor);
                    }
                }
            }
        }
    }
}
