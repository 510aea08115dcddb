namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>The Kullback-Leibler divergence target · (log target - input), where input is a logarithm of probabilities.</summary>
            /// <param name="input">Log-probabilities.</param>
            /// <param name="target">Probabilities, or their logarithms.</param>
            /// <param name="log_target">Whether the target has logarithms.</param>
            /// <param name="reduction">How the elements' losses are summed up; the mean is over all elements.</param>
            public static Tensor kl_div(Tensor input, Tensor target, bool log_target = true, Reduction reduction = Reduction.Mean) =>
                WrappedTensorDisposeScope(() =>
                {
                    if (log_target)
                    {
                        return Reduce(target.exp() * (target - input), reduction);
                    }

                    Tensor safe = target.masked_fill(target.eq(0), 1);
                    return Reduce((target * safe.log()) - (target * input), reduction);
                });

            /// <summary>The negative logarithm of a Poisson distribution's likelihood.</summary>
            /// <param name="input">The expected count, or its logarithm.</param>
            /// <param name="target">Counts.</param>
            /// <param name="log_input">Whether the input is a logarithm.</param>
            /// <param name="full">Whether to add Stirling's approximation of log(target!), where the target is above one.</param>
            /// <param name="eps">Added to an input that is no logarithm.</param>
            /// <param name="reduction">How the elements' losses are summed up.</param>
            public static Tensor poisson_nll_loss(
                Tensor input, Tensor target, bool log_input = true, bool full = false, float eps = 1e-08f, Reduction reduction = Reduction.Mean) =>
                WrappedTensorDisposeScope(() =>
                {
                    Tensor loss = log_input ? input.exp() - (target * input) : input - (target * (input + eps).log());
                    if (full)
                    {
                        Tensor safe = target.clamp_min(1);
                        Tensor stirling = (safe * safe.log()) - safe + (0.5 * (2 * Math.PI * safe).log());
                        loss = loss + stirling.masked_fill(target.le(1), 0);
                    }

                    return Reduce(loss, reduction);
                });

            /// <summary>The negative logarithm of a normal distribution's likelihood.</summary>
            /// <param name="input">Expected values.</param>
            /// <param name="target">Values.</param>
            /// <param name="variance">Variances, of the input's sizes, or with a last size of one or none for all alike.</param>
            /// <param name="full">Whether to add the constant log(2π) / 2.</param>
            /// <param name="eps">The least variance.</param>
            /// <param name="reduction">How the elements' losses are summed up.</param>
            public static Tensor gaussian_nll_loss(
                Tensor input, Tensor target, Tensor variance, bool full = false, float eps = 1e-06f, Reduction reduction = Reduction.Mean) =>
                WrappedTensorDisposeScope(() =>
                {
                    if (variance.dim() == input.dim() - 1)
                    {
                        variance = variance.unsqueeze(-1);
                    }

                    // Clamped without a gradient of the clamp: the variance's own passes as it is.
                    Tensor clamped;
                    using (no_grad())
                    {
                        clamped = variance.clamp_min(eps) - variance;
                    }

                    Tensor safe = variance + clamped;
                    Tensor loss = 0.5 * (safe.log() + ((input - target).square() / safe));
                    return Reduce(full ? loss + (0.5 * Math.Log(2 * Math.PI)) : loss, reduction);
                });
        }
    }
}
