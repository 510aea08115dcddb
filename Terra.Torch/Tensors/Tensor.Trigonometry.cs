using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The sine.</summary>
        public Tensor sin() => new(Aten.sin(Impl));

        /// <summary>The sine; in place.</summary>
        public Tensor sin_() => Mutated(Aten.sin_(Impl));

        /// <summary>The cosine.</summary>
        public Tensor cos() => new(Aten.cos(Impl));

        /// <summary>The cosine; in place.</summary>
        public Tensor cos_() => Mutated(Aten.cos_(Impl));

        /// <summary>The tangent.</summary>
        public Tensor tan() => new(Aten.tan(Impl));

        /// <summary>The tangent; in place.</summary>
        public Tensor tan_() => Mutated(Aten.tan_(Impl));

        /// <summary>The hyperbolic sine.</summary>
        public Tensor sinh() => new(Aten.sinh(Impl));

        /// <summary>The hyperbolic sine; in place.</summary>
        public Tensor sinh_() => Mutated(Aten.sinh_(Impl));

        /// <summary>The hyperbolic cosine.</summary>
        public Tensor cosh() => new(Aten.cosh(Impl));

        /// <summary>The hyperbolic cosine; in place.</summary>
        public Tensor cosh_() => Mutated(Aten.cosh_(Impl));

        /// <summary>The hyperbolic tangent.</summary>
        public Tensor tanh() => new(Aten.tanh(Impl));

        /// <summary>The hyperbolic tangent; in place.</summary>
        public Tensor tanh_() => Mutated(Aten.tanh_(Impl));

        /// <summary>The inverse sine.</summary>
        public Tensor asin() => new(Aten.asin(Impl));

        /// <summary>The inverse sine; in place.</summary>
        public Tensor asin_() => Mutated(Aten.asin_(Impl));

        /// <inheritdoc cref="asin()"/>
        public Tensor arcsin() => asin();

        /// <inheritdoc cref="asin_()"/>
        public Tensor arcsin_() => asin_();

        /// <summary>The inverse cosine.</summary>
        public Tensor acos() => new(Aten.acos(Impl));

        /// <summary>The inverse cosine; in place.</summary>
        public Tensor acos_() => Mutated(Aten.acos_(Impl));

        /// <inheritdoc cref="acos()"/>
        public Tensor arccos() => acos();

        /// <inheritdoc cref="acos_()"/>
        public Tensor arccos_() => acos_();

        /// <summary>The inverse tangent.</summary>
        public Tensor atan() => new(Aten.atan(Impl));

        /// <summary>The inverse tangent; in place.</summary>
        public Tensor atan_() => Mutated(Aten.atan_(Impl));

        /// <inheritdoc cref="atan()"/>
        public Tensor arctan() => atan();

        /// <inheritdoc cref="atan_()"/>
        public Tensor arctan_() => atan_();

        /// <summary>The angle of the point (<paramref name="other"/>, this), in (-π, π].</summary>
        public Tensor atan2(Tensor other) => new(Aten.atan2(Impl, other.Impl));

        /// <inheritdoc cref="atan2(Tensor)"/>
        public Tensor atan2_(Tensor other) => Mutated(Aten.atan2_(Impl, other.Impl));

        /// <inheritdoc cref="atan2(Tensor)"/>
        public Tensor arctan2_(Tensor other) => atan2_(other);

        /// <inheritdoc cref="atan2(Tensor)"/>
        public Tensor arctan_(Tensor other) => atan2_(other);

        /// <inheritdoc cref="atan2(Tensor)"/>
        public Tensor arctan2(Tensor other) => atan2(other);

        /// <inheritdoc cref="atan2(Tensor)"/>
        public Tensor arctan(Tensor other) => atan2(other);
    }
}
