using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>Derivatives of the matrix products.</summary>
internal static class LinearDerivatives
{
    public static TensorImpl?[] Product(BackwardContext context)
    {
        TensorImpl grad = context.Grad(0)!;
        return
        [
            context.NeedsGrad(0) ? LeftGradient(grad, context.Call.Input(1)) : null,
            context.NeedsGrad(1) ? RightGradient(context.Call.Input(0), grad) : null,
        ];
    }

    public static TensorImpl?[] AddProduct(BackwardContext context)
    {
        TensorImpl grad = context.Grad(0)!;
        ScalarValue beta = context.Call.Scalar(0), alpha = context.Call.Scalar(1);
        return
        [
            context.NeedsGrad(0) ? Scaled(grad, beta, owned: false) : null,
            context.NeedsGrad(1) ? Scaled(LeftGradient(grad, context.Call.Input(2)), alpha, owned: true) : null,
            context.NeedsGrad(2) ? Scaled(RightGradient(context.Call.Input(1), grad), alpha, owned: true) : null,
        ];
    }

    private static TensorImpl LeftGradient(TensorImpl grad, TensorImpl right)
    {
        using TensorImpl transposed = Views.transpose(right, -2, -1);
        return Multiply(grad, transposed);
    }

    private static TensorImpl RightGradient(TensorImpl left, TensorImpl grad)
    {
        using TensorImpl transposed = Views.transpose(left, -2, -1);
        return Multiply(transposed, grad);
    }

    private static TensorImpl Multiply(TensorImpl a, TensorImpl b) => a.Rank == 2 ? Aten.mm(a, b) : Aten.bmm(a, b);

    /// <summary>The tensor times the factor; as it is for the usual factor of one.</summary>
    private static TensorImpl Scaled(TensorImpl tensor, ScalarValue factor, bool owned)
    {
        if (factor.ToDouble() == 1)
        {
            return tensor;
        }

        TensorImpl result = Aten.mul(tensor, factor);
        if (owned)
        {
            tensor.Dispose();
        }

        return result;
    }
}
