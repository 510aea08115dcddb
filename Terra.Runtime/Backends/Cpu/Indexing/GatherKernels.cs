using System.Numerics;
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
    /// <summary>Throws for an index outside the dimension; index tensor at position 1, dimension at attribute 0.</summary>
    public static void CheckIndices(OpInvocation call)
    {
        TensorImpl self = call.Input(0), index = call.Input(1);
        int dim = ShapeErrors.WrapDim(call.Int(0), self.Rank);
        long size = self.Rank == 0 ? 1 : self.Sizes[dim];
        using var indices = new ContiguousData<long>(index);
        for (long i = 0; i < index.NumberOfElements; i++)
        {
            if ((ulong)indices.Pointer[i] >= (ulong)size)
            {
                throw ShapeErrors.IndexOutOfBounds(indices.Pointer[i], dim, size);
            }
        }
    }

    /// <summary>gather(self, dim, index).</summary>
    public static void Gather(OpInvocation call) => ElementTypes.BySize(call.Outputs[0].DType, new GatherElements(call));

    /// <summary>scatter.src(self, dim, index, src), in place or not.</summary>
    public static void ScatterSource(OpInvocation call)
    {
        CopySelf(call);
        ElementTypes.BySize(call.Outputs[0].DType, new ScatterElements(call, call.Input(2), 0));
    }

    /// <summary>scatter.value(self, dim, index, value), in place or not.</summary>
    public static void ScatterValue(OpInvocation call)
    {
        CopySelf(call);
        DType dtype = call.Outputs[0].DType;
        ElementTypes.BySize(dtype, new ScatterElements(call, null, ElementTypes.ToBits(call.Scalar(1), dtype)));
    }

    /// <summary>scatter_add(self, dim, index, src), in place or not.</summary>
    public static void ScatterAdd(OpInvocation call)
    {
        CopySelf(call);
        ElementTypes.ByNumber(call.Op.Name, call.Outputs[0].DType, new AddElements(call));
    }

    /// <summary>Makes a fresh result start as a copy of self; an in-place op's result is self.</summary>
    public static void CopySelf(OpInvocation call)
    {
        TensorImpl self = call.Input(0), result = call.Outputs[0];
        if (!ReferenceEquals(self, result))
        {
            ElementTypes.BySize(self.DType, new CopyAll(self, result));
        }
    }

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

    private readonly struct CopyAll(TensorImpl from, TensorImpl to) : IElementKernel
    {
        public void Run<T>()
            where T : unmanaged => RowMajorCopy.Gather(from.Layout, (T*)from.Pointer, (T*)to.Pointer);
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
            GridShare.Run(index.Sizes.ToArray(), 0..0, index.Layout.Strides.ToArray(), strides, call.Outputs[0].Layout.Strides.ToArray(), (ref GridWalk walk) =>
            {
                for (long row = 0; row < walk.RowCount; row++, walk.Next())
                {
                    for (long i = 0; i < walk.RowLength; i++)
                    {
                        to[walk.Third + i * walk.ThirdStep] = from[walk.Second + i * walk.SecondStep + indices[walk.First + i * walk.FirstStep] * along];
                    }
                }
            });
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
            using var value = new Scratch<long>(1);
            *value.Pointer = bits;
            T* to = (T*)result.Pointer, from = source is null ? (T*)value.Pointer : (T*)source.Pointer;
            long* indices = (long*)index.Pointer;
            long[] sourceStrides = source is null ? [] : source.Layout.Strides.ToArray();
            GridShare.Run(index.Sizes.ToArray(), OneDimension(dim, index.Rank), index.Layout.Strides.ToArray(), strides, sourceStrides, (ref GridWalk walk) =>
            {
                for (long row = 0; row < walk.RowCount; row++, walk.Next())
                {
                    for (long i = 0; i < walk.RowLength; i++)
                    {
                        to[walk.Second + i * walk.SecondStep + indices[walk.First + i * walk.FirstStep] * along] = from[walk.Third + i * walk.ThirdStep];
                    }
                }
            });
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
            T* to = (T*)result.Pointer, from = (T*)source.Pointer;
            long* indices = (long*)index.Pointer;
            bool areTruthValues = result.DType == DType.Bool;
            GridShare.Run(index.Sizes.ToArray(), OneDimension(dim, index.Rank), index.Layout.Strides.ToArray(), strides, source.Layout.Strides.ToArray(), (ref GridWalk walk) =>
            {
                for (long row = 0; row < walk.RowCount; row++, walk.Next())
                {
                    for (long i = 0; i < walk.RowLength; i++)
                    {
                        T* at = to + walk.Second + i * walk.SecondStep + indices[walk.First + i * walk.FirstStep] * along;
                        *at = ElementTypes.Add(*at, from[walk.Third + i * walk.ThirdStep], areTruthValues);
                    }
                }
            });
        }
    }
}
