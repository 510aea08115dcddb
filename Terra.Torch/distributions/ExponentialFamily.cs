namespace TorchSharp;

public static partial class torch
{
    public static partial class distributions
    {
        /// <summary>Distributions of density exp(Σ η T(x) - A(η) + k(x)), of which the entropy follows from A and its derivative (Nielsen and Nock, 2010).</summary>
        public abstract class ExponentialFamily : Distribution
        {
            protected ExponentialFamily(Generator? generator)
                : base(generator)
            {
            }

            /// <summary>The natural parameters η.</summary>
            public abstract IList<Tensor> NaturalParams { get; }

            /// <summary>The expected value of the carrier measure k(x).</summary>
            public abstract Tensor MeanCarrierMeasure { get; }

            /// <summary>The entropy A(η) - Σ η ∂A/∂η - E[k(x)], as a constant unless a derived class has a closed form.</summary>
            public override Tensor entropy() => WrappedTensorDisposeScope(() =>
            {
                Tensor[] natural = [.. NaturalParams.Select(static parameter => parameter.detach().requires_grad_())];
                using IDisposable recording = enable_grad();
                Tensor normalizer = LogNormalizer(natural);
                IList<Tensor> slopes = autograd.grad([normalizer.sum()], natural);
                Tensor result = normalizer.detach() - MeanCarrierMeasure;
                for (int i = 0; i < natural.Length; i++)
                {
                    result -= natural[i].detach() * slopes[i];
                }

                return result;
            });

            /// <summary>The logarithm of the normalizing factor, A(η).</summary>
            /// <exception cref="NotSupportedException">A derived class does not say what it is.</exception>
            protected virtual Tensor LogNormalizer(params Tensor[] parameters) => Missing("logarithm of its normalizing factor");
        }
    }
}
