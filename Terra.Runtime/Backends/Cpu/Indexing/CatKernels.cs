using System.Runtime.InteropServices;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Concatenation, with conversion to the result's dtype where tensors differ.</summary>
internal static class CatKernels
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
        long start = 0;
        foreach (TensorImpl tensor in parts)
        {
            var part = new Layout(tensor.Sizes.ToArray(), result.Layout.Strides.ToArray());
            using var target = new TensorImpl(result.Storage, part, result.DType, result.Offset + start);
            WidenedKernel.Conversion(tensor.DType, result.DType).Run([tensor], [target], []);
            start += tensor.Sizes[dim] * result.Layout.Strides[dim];
        }
    }
}
