namespace TorchSharp;

public static partial class torch
{
    public static partial class distributions
    {
        public static partial class transforms
        {
            /// <summary>loc + scale · x.</summary>
            public class AffineTransform : Transform
            {
                private readonly Tensor _loc, _scale;
                private readonly int _eventDim;

                /// <param name="loc">What is added.</param>
                /// <param name="scale">The factor.</param>
                /// <param name="event_dim">How many of the last dimensions make up one value.</param>
                public AffineTransform(double loc, double scale, int event_dim = 0)
                    : this(full([], loc), full([], scale), event_dim)
                {
                }

                /// <inheritdoc cref="AffineTransform(double, double, int)"/>
                public AffineTransform(Tensor loc, Tensor scale, int event_dim = 0) => (_loc, _scale, _eventDim) = (Keep(loc), Keep(scale), event_dim);

                public override int event_dim => _eventDim;

                public override constraints.Constraint domain => _eventDim == 0 ? constraints.real : constraints.independent(constraints.real, _eventDim);

                public override constraints.Constraint codomain => domain;

                public override bool bijective => true;

                internal override Tensor Direction() => _scale.sign();

                public override long[] forward_shape(long[] shape) => broadcast_shapes(shape, _loc.shape, _scale.shape).Shape;

                public override long[] inverse_shape(long[] shape) => forward_shape(shape);

                internal override Tensor Call(Tensor x) => WrappedTensorDisposeScope(() => _loc + (_scale * x));

                internal override Tensor Inverse(Tensor y) => WrappedTensorDisposeScope(() => (y - _loc) / _scale);

                internal override Tensor LogAbsDetJacobian(Tensor x, Tensor y) =>
                    WrappedTensorDisposeScope(() => Distribution.SumRightmost(_scale.abs().log().expand(broadcast_shapes(x.shape, _scale.shape).Shape), _eventDim));
            }

            /// <summary>A power of positive numbers.</summary>
            public class PowerTransform : Transform
            {
                private readonly Tensor _exponent;

                /// <param name="exponent">The exponents, not zero.</param>
                public PowerTransform(Tensor exponent) => _exponent = Keep(exponent);

                public override constraints.Constraint domain => constraints.positive;

                public override constraints.Constraint codomain => constraints.positive;

                public override bool bijective => true;

                internal override Tensor Direction() => _exponent.sign();

                public override long[] forward_shape(long[] shape) => broadcast_shapes(shape, _exponent.shape).Shape;

                public override long[] inverse_shape(long[] shape) => forward_shape(shape);

                internal override Tensor Call(Tensor x) => x.pow(_exponent);

                internal override Tensor Inverse(Tensor y) => WrappedTensorDisposeScope(() => y.pow(_exponent.reciprocal()));

                internal override Tensor LogAbsDetJacobian(Tensor x, Tensor y) => WrappedTensorDisposeScope(() => (_exponent * y / x).abs().log());
            }

            /// <summary>The same elements in other sizes.</summary>
            public class ReshapeTransform : Transform
            {
                private readonly long[] _from, _to;

                /// <param name="in_shape">The sizes of one argument.</param>
                /// <param name="out_shape">The sizes of one value.</param>
                /// <exception cref="ArgumentException">They have not as many elements.</exception>
                public ReshapeTransform(long[] in_shape, long[] out_shape) => (_from, _to) = in_shape.TotalSize() == out_shape.TotalSize()
                    ? (in_shape, out_shape)
                    : throw new ArgumentException($"ReshapeTransform: [{string.Join(", ", in_shape)}] and [{string.Join(", ", out_shape)}] have different numbers of elements", nameof(out_shape));

                public override constraints.Constraint domain => constraints.independent(constraints.real, _from.Length);

                public override constraints.Constraint codomain => constraints.independent(constraints.real, _to.Length);

                public override bool bijective => true;

                public override long[] forward_shape(long[] shape) => Replaced(shape, _from, _to);

                public override long[] inverse_shape(long[] shape) => Replaced(shape, _to, _from);

                internal override Tensor Call(Tensor x) => x.reshape(Replaced(x.shape, _from, _to));

                internal override Tensor Inverse(Tensor y) => y.reshape(Replaced(y.shape, _to, _from));

                internal override Tensor LogAbsDetJacobian(Tensor x, Tensor y) => zeros(x.shape[..^_from.Length], x.dtype);

                private static long[] Replaced(long[] shape, long[] last, long[] by) => shape.Length >= last.Length && shape.AsSpan(shape.Length - last.Length).SequenceEqual(last)
                    ? [.. shape[..^last.Length], .. by]
                    : throw new ArgumentException($"ReshapeTransform: sizes [{string.Join(", ", shape)}] do not end with [{string.Join(", ", last)}]", nameof(shape));
            }
        }
    }
}
