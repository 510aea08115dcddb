namespace TorchSharp;

public static partial class torch
{
    public static partial class distributions
    {
        public static partial class transforms
        {
            /// <summary>Several functions, one after another.</summary>
            public class ComposeTransform : Transform
            {
                private readonly Transform[] _parts;

                /// <param name="parts">The functions, the first one first.</param>
                /// <param name="cache_size">Not used: values are not kept.</param>
                public ComposeTransform(IEnumerable<Transform> parts, int cache_size = 0) => _parts = [.. parts];

                public override int event_dim => Math.Max(domain.event_dim, codomain.event_dim);

                public override Transform inv => new ComposeTransform(_parts.Reverse().Select(static part => part.inv));

                /// <summary>That of the first function, of as many dimensions as any function needs.</summary>
                public override constraints.Constraint domain
                {
                    get
                    {
                        if (_parts.Length == 0)
                        {
                            return constraints.real;
                        }

                        int needed = _parts[^1].codomain.event_dim;
                        for (int i = _parts.Length - 1; i >= 0; i--)
                        {
                            needed = Math.Max(needed + _parts[i].domain.event_dim - _parts[i].codomain.event_dim, _parts[i].domain.event_dim);
                        }

                        return Widened(_parts[0].domain, needed);
                    }
                }

                /// <summary>That of the last function, of as many dimensions as any function needs.</summary>
                public override constraints.Constraint codomain
                {
                    get
                    {
                        if (_parts.Length == 0)
                        {
                            return constraints.real;
                        }

                        int needed = _parts[0].domain.event_dim;
                        foreach (Transform part in _parts)
                        {
                            needed = Math.Max(needed + part.codomain.event_dim - part.domain.event_dim, part.codomain.event_dim);
                        }

                        return Widened(_parts[^1].codomain, needed);
                    }
                }

                public override bool bijective => _parts.All(static part => part.bijective);

                internal override Tensor Direction() => WrappedTensorDisposeScope(() => _parts.Aggregate(tensor(1f), static (all, part) => all * part.Direction()));

                public override long[] forward_shape(long[] shape) => _parts.Aggregate(shape, static (sizes, part) => part.forward_shape(sizes));

                public override long[] inverse_shape(long[] shape) => _parts.Reverse().Aggregate(shape, static (sizes, part) => part.inverse_shape(sizes));

                internal override Tensor Call(Tensor x) => WrappedTensorDisposeScope(() => _parts.Aggregate(x.alias(), static (value, part) => part.Call(value)));

                internal override Tensor Inverse(Tensor y) => WrappedTensorDisposeScope(() => _parts.Reverse().Aggregate(y.alias(), static (value, part) => part.Inverse(value)));

                internal override Tensor LogAbsDetJacobian(Tensor x, Tensor y) => WrappedTensorDisposeScope(() =>
                {
                    int dimensions = domain.event_dim;
                    Tensor argument = x, sum = zeros(x.shape[..^dimensions], x.dtype);
                    for (int i = 0; i < _parts.Length; i++)
                    {
                        Tensor value = i == _parts.Length - 1 ? y : _parts[i].Call(argument);
                        sum += Distribution.SumRightmost(_parts[i].LogAbsDetJacobian(argument, value), dimensions - _parts[i].domain.event_dim);
                        dimensions += _parts[i].codomain.event_dim - _parts[i].domain.event_dim;
                        argument = value;
                    }

                    return sum;
                });

                private static constraints.Constraint Widened(constraints.Constraint constraint, int dimensions) =>
                    dimensions > constraint.event_dim ? constraints.independent(constraint, dimensions - constraint.event_dim) : constraint;
            }

            /// <summary>A function of which the last dimensions of a batch count as dimensions of one value. The name is TorchSharp's.</summary>
            public class IndepdenentTransform : Transform
            {
                private readonly Transform _function;
                private readonly int _dimensions;

                /// <param name="base_transform">The function.</param>
                /// <param name="reinterpreted_batch_dims">How many dimensions.</param>
                public IndepdenentTransform(Transform base_transform, int reinterpreted_batch_dims) => (_function, _dimensions) = (base_transform, reinterpreted_batch_dims);

                public override int event_dim => _function.event_dim + _dimensions;

                public override Transform inv => new IndepdenentTransform(_function.inv, _dimensions);

                public override constraints.Constraint domain => constraints.independent(_function.domain, _dimensions);

                public override constraints.Constraint codomain => constraints.independent(_function.codomain, _dimensions);

                public override bool bijective => _function.bijective;

                internal override Tensor Direction() => _function.Direction();

                public override long[] forward_shape(long[] shape) => _function.forward_shape(shape);

                public override long[] inverse_shape(long[] shape) => _function.inverse_shape(shape);

                internal override Tensor Call(Tensor x) => _function.Call(x);

                internal override Tensor Inverse(Tensor y) => _function.Inverse(y);

                internal override Tensor LogAbsDetJacobian(Tensor x, Tensor y) =>
                    WrappedTensorDisposeScope(() => Distribution.SumRightmost(_function.LogAbsDetJacobian(x, y), _dimensions));
            }
        }
    }
}
