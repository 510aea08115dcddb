using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>Powers.</content>
public static partial class Composite
{
    /// <summary>
    /// Every element to one power. The exponents that PyTorch's kernel computes by other means than pow (2, 3, 0.5, -0.5, -1 and -2, of floating-point
    /// tensors) are computed so here: a square is then <c>self * self</c> to the bit, and cheap.
    /// </summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">An integer to a negative integer power.</exception>
    public static TensorImpl pow(TensorImpl self, ScalarValue exponent)
    {
        if (self.DType.IsFloatingPoint())
        {
            switch (exponent.ToDouble())
            {
                case 2:
                    return Aten.square(self);
                case 3:
                    using (TensorImpl squared = Aten.square(self))
                    {
                        return Aten.mul(squared, self);
                    }

                case 0.5:
                    return Aten.sqrt(self);
                case -0.5:
                    return Aten.rsqrt(self);
                case -1:
                    return Aten.reciprocal(self);
                case -2:
                    using (TensorImpl squared = Aten.square(self))
                    {
                        return Aten.reciprocal(squared);
                    }
            }
        }

        return Aten.pow(self, exponent);
    }
}
