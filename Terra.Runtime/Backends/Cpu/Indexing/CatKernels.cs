using System.Numerics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Concatenation, with conversion to the result's dtype where tensors differ.</summary>
internal static unsafe class CatKernels
{
    /// <summary>cat(dim, tensors).</summary>
    public static void Cat(OpInvocation call)
    {
        TensorImpl result = call.Outputs[0];
        int dim = ShapeErrors.WrapDim(call.Int(0), result.Rank);
        long start = 0;
        foreach (TensorImpl? tensor in call.Inputs)
        {
            if (tensor!.Rank == result.Rank)
            {
                nint target = result.Pointer + (nint)(start * result.Layout.Strides[dim] * result.DType.SizeInBytes());
                if (tensor.DType == result.DType)
                {
                    CopyPart(tensor, result, target);
                }
                else
                {
                    var part = new Layout(tensor.Sizes.ToArray(), result.Layout.Strides.ToArray());
                    ElementTypes.ByNumber("cat", tensor.DType, new ConvertPart(tensor, part, target, result.DType));
                }

                start += tensor.Sizes[dim];
            }
        }
    }

    private static void CopyPart(TensorImpl part, TensorImpl result, nint target) => TensorCopy.Run(
        part.Sizes,
        (byte*)part.Pointer,
        StridedSpace.BroadcastStrides(part, part.Sizes),
        (byte*)target,
        StridedSpace.BroadcastStrides(result, result.Sizes),
        result.DType.SizeInBytes());

    private readonly struct ConvertPart(TensorImpl from, Layout part, nint to, DType dtype) : INumberKernel
    {
        public void Run<T>()
            where T : unmanaged, INumber<T> => ElementTypes.ByNumber("cat", dtype, new ConvertTo<T>(from, part, to));
    }

    private readonly struct ConvertTo<TFrom>(TensorImpl from, Layout part, nint to) : INumberKernel
        where TFrom : unmanaged, INumber<TFrom>
    {
        public void Run<T>()
            where T : unmanaged, INumber<T>
        {
            TFrom* source = (TFrom*)from.Pointer;
            T* target = (T*)to;
            var walk = new GridWalk(from.Sizes, from.Layout.Strides, part.Strides);
            for (long row = 0; row < walk.RowCount; row++, walk.Next())
            {
                for (long i = 0; i < walk.RowLength; i++)
                {
                    target[walk.Second + i * walk.SecondStep] = T.CreateTruncating(source[walk.First + i * walk.FirstStep]);
                }
            }
        }
    }
}
