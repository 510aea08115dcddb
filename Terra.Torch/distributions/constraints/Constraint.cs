namespace TorchSharp;

public static partial class torch
{
    public static partial class distributions
    {
        public static partial class constraints
        {
            /// <summary>A region of values: what a parameter must be, or what draws are.</summary>
            public abstract class Constraint
            {
                protected Constraint()
                    : this(false, 0)
                {
                }

                protected Constraint(bool is_discrete, int event_dim) => (this.is_discrete, this.event_dim) = (is_discrete, event_dim);

                /// <summary>Whether the values are whole numbers or the like.</summary>
                public virtual bool is_discrete { get; }

                /// <summary>How many of the last dimensions make up one value.</summary>
                public virtual int event_dim { get; }

                /// <summary>Of each value whether it lies in the region, as bool.</summary>
                public abstract Tensor check(Tensor value);

                public override string ToString() => GetType().Name[1..];
            }

            /// <summary>A constraint that depends on other parameters, so it cannot be checked by itself.</summary>
            public class _Dependent(bool is_discrete = false, int event_dim = 0) : Constraint(is_discrete, event_dim)
            {
                /// <exception cref="ArgumentException">Always.</exception>
                public override Tensor check(Tensor value) => throw new ArgumentException($"{ToString()}: cannot determine validity of a value of a dependent constraint", nameof(value));
            }

            /// <summary>A constraint on values of several dimensions: it holds where another holds of all elements.</summary>
            public class _IndependentConstraint(Constraint base_constraint, int reinterpreted_batch_ndims) : Constraint
            {
                public Constraint base_constraint { get; } = base_constraint;

                public override bool is_discrete => base_constraint.is_discrete;

                public override int event_dim => base_constraint.event_dim + reinterpreted_batch_ndims;

                /// <exception cref="ArgumentException">The value has too few dimensions.</exception>
                public override Tensor check(Tensor value) => WrappedTensorDisposeScope(() =>
                {
                    Tensor result = base_constraint.check(value);
                    return result.dim() < reinterpreted_batch_ndims
                        ? throw new ArgumentException($"{this}: expected a value of at least {event_dim} dimensions, but got {value.dim()}", nameof(value))
                        : AllOfLast(result, reinterpreted_batch_ndims);
                });

                public override string ToString() => $"{base.ToString()}({base_constraint}, {reinterpreted_batch_ndims})";
            }

            /// <summary>Several constraints on parts of a dimension, one after another.</summary>
            public class _Cat : Constraint
            {
                private readonly IList<Constraint> _constraints;
                private readonly IList<long> _lengths;
                private readonly long _dim;

                /// <param name="cseq">The constraints.</param>
                /// <param name="dim">The dimension.</param>
                /// <param name="lengths">How long each part is; one by default.</param>
                /// <exception cref="ArgumentException">There are not as many lengths as constraints.</exception>
                public _Cat(IList<Constraint> cseq, long dim = 0, IList<long>? lengths = null)
                {
                    (_constraints, _dim, _lengths) = (cseq, dim, lengths ?? [.. cseq.Select(static _ => 1L)]);
                    if (_lengths.Count != cseq.Count)
                    {
                        throw new ArgumentException($"constraints.cat: {cseq.Count} constraints need as many lengths, but got {_lengths.Count}", nameof(lengths));
                    }
                }

                public override bool is_discrete => _constraints.Any(static constraint => constraint.is_discrete);

                public override int event_dim => _constraints.Max(static constraint => constraint.event_dim);

                public override Tensor check(Tensor value) => WrappedTensorDisposeScope(() =>
                {
                    var results = new Tensor[_constraints.Count];
                    long start = 0;
                    for (int i = 0; i < results.Length; i++)
                    {
                        results[i] = _constraints[i].check(value.narrow(_dim, start, _lengths[i]));
                        start += _lengths[i];
                    }

                    return torch.cat(results, _dim);
                });
            }

            /// <summary>Several constraints, one on each element of a dimension.</summary>
            public class _Stack(IList<Constraint> cseq, int dim = 0) : Constraint
            {
                public override bool is_discrete => cseq.Any(static constraint => constraint.is_discrete);

                public override int event_dim => cseq.Max(static constraint => constraint.event_dim) + (dim < 0 ? 1 : 0);

                public override Tensor check(Tensor value) =>
                    WrappedTensorDisposeScope(() => torch.stack(cseq.Select((constraint, i) => constraint.check(value.select(dim, i))), dim));
            }

            /// <summary>Whether all are true along the last dimensions.</summary>
            private static Tensor AllOfLast(Tensor truths, int count)
            {
                for (int i = 0; i < count; i++)
                {
                    truths = truths.all(-1);
                }

                return truths;
            }
        }
    }
}
