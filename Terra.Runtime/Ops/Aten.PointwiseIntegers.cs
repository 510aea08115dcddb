using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>Number theory of integers, and the neighbours of floating-point numbers.</content>
public static partial class Aten
{
    /// <summary>Greatest common divisors of integers, not negative.</summary>
    [TensorOp("aten::gcd")]
    public static TensorImpl gcd(TensorImpl self, TensorImpl other) => Eager.Run(new OpInvocation(OpTable.gcd).Add(self).Add(other));

    /// <summary>Least common multiples of integers, not negative; zero if either is.</summary>
    [TensorOp("aten::lcm")]
    public static TensorImpl lcm(TensorImpl self, TensorImpl other) => Eager.Run(new OpInvocation(OpTable.lcm).Add(self).Add(other));

    /// <summary>The neighbour of each number in its dtype in the direction of the other's; for float32 and float64.</summary>
    [TensorOp("aten::nextafter")]
    public static TensorImpl nextafter(TensorImpl self, TensorImpl other) => Eager.Run(new OpInvocation(OpTable.nextafter).Add(self).Add(other));
}
