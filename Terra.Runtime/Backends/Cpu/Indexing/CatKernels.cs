using System.Numerics;
using System.Runtime.InteropServices;
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
        var parts = new List<TensorImpl>(call.Inputs.Length);
        bool convert = false;
        foreach (TensorImpl? tensor in call.Inputs)
        {
            if (tensor!.Rank == result.Rank)
            {
                parts.Add(tensor);
                convert |= tensor.DType != result.DType;
            }
        }

        if (convert)
        {
            Convert(parts, result, dim);
        }
        else
        {
            TensorCopy.RunParts(CollectionsMarshal.AsSpan(parts), result, dim);
        }
    }

    private static void Convert(List<TensorImpl> parts, TensorImpl result, int dim)
    {
        nint target = result.Pointer;
        foreach (TensorImpl tensor in parts)
        {
            var part = new Layout(tensor.Sizes.ToArray(), result.Layout.Strides.ToArray());
            ElementTypes.ByNumber("cat", tensor.DType, new ConvertPart(tensor, part, target, result.DType));
            target += (nint)(tensor.Sizes[dim] * result.Layout.Strides[dim] * result.DType.SizeInBytes());
        }
    }

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
