using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>
/// Derivatives of the gradients of products. The product is written as products of two, in as many levels as its length has binary digits, and
/// differentiated twice: no element is divided by, so zeros do no harm.
/// </summary>
internal static class ProductSecondDerivatives
{
    /// <summary>prod_backward(grad_output, self; dim, keepdim).</summary>
    public static TensorImpl?[] Prod(BackwardContext context)
    {
        OpInvocation call = context.Call;
        bool[] reduced = ShapeRules.ReducedDims(call.Ints(0), call.Input(1).Rank);
        return Twice(context, self =>
        {
            using TensorImpl product = ProductOf(self, reduced);
            return Views.view(product, call.Input(0).Sizes.ToArray());
        });
    }

    /// <summary>cumprod_backward(grad_output, self; dim).</summary>
    public static TensorImpl?[] Cumprod(BackwardContext context) => Twice(context, self => RunningProducts(self, context.Call.Int(0)));

    /// <summary>The gradients of a backward op's arguments (grad_output, self), given the forward op as differentiable ops.</summary>
    private static TensorImpl?[] Twice(BackwardContext context, Func<TensorImpl, TensorImpl> forward) => DerivativeByOps.Of(context, arguments =>
    {
        TensorImpl self = arguments[1]!;
        if (!self.RequiresGrad())
        {
            self.SetRequiresGrad(true);
        }

        using TensorImpl result = forward(self);
        return [Engine.Grad([result], [self], [arguments[0]], retainGraph: true, createGraph: true)[0]!];
    });

    /// <summary>The product over the marked dimensions, which have size 1 in the result.</summary>
    private static TensorImpl ProductOf(TensorImpl self, bool[] reduced)
    {
        TensorImpl product = self.Alias();
        for (int dim = 0; dim < self.Rank; dim++)
        {
            while (reduced[dim] && product.Sizes[dim] > 1)
            {
                using TensorImpl whole = product;
                long half = whole.Sizes[dim] / 2;
                using TensorImpl first = Views.narrow(whole, dim, 0, half), second = Views.narrow(whole, dim, half, half);
                product = Aten.mul(first, second);
                if (whole.Sizes[dim] % 2 != 0)
                {
                    using TensorImpl pairs = product, last = Views.narrow(whole, dim, 2 * half, 1);
                    product = Aten.cat([pairs, last], dim);
                }
            }
        }

        return product;
    }

    /// <summary>After Hillis and Steele: each element times what stands 1, 2, 4, ... places before it.</summary>
    private static TensorImpl RunningProducts(TensorImpl self, long dim)
    {
        TensorImpl products = self.Alias();
        long length = self.Rank == 0 ? 1 : self.Sizes[(int)ShapeErrors.WrapDim(dim, self.Rank)];
        for (long distance = 1; distance < length; distance *= 2)
        {
            using TensorImpl shorter = products;
            using TensorImpl done = Views.narrow(shorter, dim, 0, distance);
            using TensorImpl later = Views.narrow(shorter, dim, distance, length - distance), earlier = Views.narrow(shorter, dim, 0, length - distance);
            using TensorImpl longer = Aten.mul(later, earlier);
            products = Aten.cat([done, longer], dim);
        }

        return products;
    }
}
