using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    /// <remarks>Number theory of integers, and the neighbours of floating-point numbers.</remarks>
    public partial class Tensor
    {
        /// <summary>Greatest common divisors of integers, not negative; broadcast.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">The dtypes are no integers.</exception>
        public Tensor gcd(Tensor other) => new(Aten.gcd(Impl, other.Impl));

        /// <inheritdoc cref="gcd(Tensor)"/>
        public Tensor gcd_(Tensor other) => Overwrite(self => Aten.gcd(self, other.Impl));

        /// <summary>Least common multiples of integers, not negative, and zero if either is; broadcast.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">The dtypes are no integers.</exception>
        public Tensor lcm(Tensor other) => new(Aten.lcm(Impl, other.Impl));

        /// <inheritdoc cref="lcm(Tensor)"/>
        public Tensor lcm_(Tensor other) => Overwrite(self => Aten.lcm(self, other.Impl));

        /// <summary>The neighbour of each number in its dtype, in the direction of the other's; broadcast.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">The dtype is not float32 or float64.</exception>
        public Tensor nextafter(Tensor other) => new(Aten.nextafter(Impl, other.Impl));

        /// <inheritdoc cref="nextafter(Tensor)"/>
        public Tensor nextafter_(Tensor other) => Overwrite(self => Aten.nextafter(self, other.Impl));
    }

    /// <inheritdoc cref="Tensor.gcd(Tensor)"/>
    public static Tensor gcd(Tensor left, Tensor right) => left.gcd(right);

    /// <inheritdoc cref="Tensor.gcd(Tensor)"/>
    public static Tensor gcd_(Tensor left, Tensor right) => left.gcd_(right);

    /// <inheritdoc cref="Tensor.lcm(Tensor)"/>
    public static Tensor lcm(Tensor input, Tensor other) => input.lcm(other);

    /// <inheritdoc cref="Tensor.lcm(Tensor)"/>
    public static Tensor lcm_(Tensor input, Tensor other) => input.lcm_(other);

    /// <inheritdoc cref="Tensor.nextafter(Tensor)"/>
    public static Tensor nextafter(Tensor input, Tensor other) => input.nextafter(other);

    /// <inheritdoc cref="Tensor.nextafter(Tensor)"/>
    public static Tensor nextafter_(Tensor input, Tensor other) => input.nextafter_(other);
}
