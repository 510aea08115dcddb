using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The mean of the elements that are not NaN, over one dimension or all.</summary>
        public Tensor nanmean(int? dim = null, bool keepdim = false, ScalarType? dtype = null) => WrappedTensorDisposeScope(() =>
        {
            Tensor isNumber = isnan().logical_not();
            Tensor numbers = masked_fill(isnan(), 0);
            return dim is { } along
                ? numbers.sum(along, keepdim, dtype) / isNumber.sum(along, keepdim)
                : numbers.sum(dtype) / isNumber.sum();
        });

        /// <summary>How often each number from zero on occurs, or the sum of the weights there.</summary>
        /// <param name="weights">A weight per element, or null for ones.</param>
        /// <param name="minlength">The least size of the result.</param>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">The tensor is no vector of integers that are not negative.</exception>
        public Tensor bincount(Tensor? weights, long minlength = 0) => WrappedTensorDisposeScope(() =>
        {
            if (dim() != 1 || is_floating_point())
            {
                throw ShapeErrors.Error("bincount only supports 1-d non-negative integral inputs.");
            }

            Tensor numbers = to(ScalarType.Int64);
            if (weights is null)
            {
                return new(Aten._bincount(numbers.Impl, minlength));
            }

            if (numel() > 0 && numbers.min().item<long>() < 0)
            {
                throw ShapeErrors.Error("bincount only supports 1-d non-negative integral inputs.");
            }

            long size = Math.Max(minlength, numel() == 0 ? 0 : numbers.max().item<long>() + 1);
            Tensor shares = weights.is_floating_point() ? weights : weights.to(ScalarType.Float64);
            return zeros([size], shares.dtype).index_add(0, numbers, shares, 1);
        });

        /// <summary>How many elements fall into each of equal intervals from <paramref name="min"/> to <paramref name="max"/> (both zero: the extremes).</summary>
        public Tensor histc(long bins = 100, long min = 0, long max = 0) => WrappedTensorDisposeScope(() =>
        {
            Tensor x = flatten();
            Tensor low = min == max ? x.min() : full([], (double)min, dtype), high = min == max ? x.max() : full([], (double)max, dtype);
            Tensor equal = low.eq(high);
            (low, high) = (torch.where(equal, low - 1, low), torch.where(equal, high + 1, high));
            Tensor inside = x.ge(low).logical_and(x.le(high));
            Tensor bin = ((x - low) * bins / (high - low)).floor().clamp(0, bins - 1).nan_to_num().to(ScalarType.Int64);
            return new Tensor(Aten._bincount(torch.where(inside, bin, bins).Impl, bins + 1)).narrow(0, 0, bins).to(dtype, copy: true);
        });

        /// <summary>The covariance matrix of variables (rows) from observations (columns).</summary>
        /// <param name="correction">The divisor is the number of observations less this.</param>
        /// <param name="fweights">How often each observation counts.</param>
        /// <param name="aweights">How much each observation weighs.</param>
        public Tensor cov(long correction = 1, Tensor? fweights = null, Tensor? aweights = null) => WrappedTensorDisposeScope(() =>
        {
            Tensor x = atleast_2d();
            Tensor? weights = fweights is null ? aweights : aweights is null ? fweights.to(dtype) : fweights * aweights;
            Tensor total = weights is null ? full([], (double)x.size(1), dtype) : weights.sum();
            Tensor mean = weights is null ? x.mean([1], true) : (x * weights).sum(1, true) / total;
            Tensor centered = x - mean;
            Tensor weighted = weights is null ? centered : centered * weights;
            Tensor lost = aweights is null || correction == 0 ? full([], (double)correction, dtype) : correction * (weights! * aweights).sum() / total;
            Tensor result = weighted.mm(centered.t()) / (total - lost).clamp_min(0);
            return dim() < 2 ? result.squeeze() : result;
        });

        /// <summary>The correlation coefficients of variables (rows) from observations (columns), in [-1, 1].</summary>
        public Tensor corrcoef() => WrappedTensorDisposeScope(() =>
        {
            Tensor covariance = cov();
            if (covariance.dim() == 0)
            {
                return covariance / covariance;
            }

            Tensor deviation = covariance.diagonal().sqrt();
            return (covariance / deviation.unsqueeze(1) / deviation).clamp(-1, 1);
        });

        /// <summary>Slices along a dimension scaled down to the p-norm <paramref name="maxnorm"/> where they exceed it.</summary>
        public Tensor renorm(float p, long dim, float maxnorm) => WrappedTensorDisposeScope(() =>
        {
            long along = WrapDim(dim);
            long[] others = [.. Enumerable.Range(0, (int)this.dim()).Select(d => (long)d).Where(d => d != along)];
            Tensor length = new(Composite.norm(Impl, p, others, true));
            Tensor factor = (maxnorm / (length + 1e-7)).masked_fill(length.le(maxnorm), 1);
            return this * factor;
        });

        /// <summary>The n-th differences of neighbours along a dimension, after tensors were put before and behind.</summary>
        public Tensor diff(long n = 1, long dim = -1, Tensor? prepend = null, Tensor? append = null) => WrappedTensorDisposeScope(() =>
        {
            if (n == 0)
            {
                return clone();
            }

            Tensor[] parts = [.. new[] { prepend, this, append }.Where(part => part is not null).Select(part => part!)];
            Tensor x = parts.Length == 1 ? SameTensor() : cat(parts, dim);
            for (long i = 0; i < n && x.size((int)dim) > 0; i++)
            {
                long count = x.size((int)dim) - 1;
                Tensor later = x.narrow(dim, 1, count), earlier = x.narrow(dim, 0, count);
                x = dtype == ScalarType.Bool ? later.logical_xor(earlier) : later - earlier;
            }

            return x;
        });

        /// <summary>The integral by the trapezoidal rule, of samples at a distance <paramref name="dx"/>.</summary>
        public Tensor trapezoid(double dx = 1, long dim = -1) => WrappedTensorDisposeScope(() =>
            size((int)dim) == 0 ? sum(dim) : (sum(dim) - ((select(dim, 0) + select(dim, -1)) / 2)) * dx);

        /// <summary>The integral by the trapezoidal rule, of samples at positions <paramref name="x"/>.</summary>
        public Tensor trapezoid(Tensor x, long dim = -1) => WrappedTensorDisposeScope(() => (Means(dim) * Steps(x, dim)).sum(dim));

        /// <summary>The integrals up to each sample by the trapezoidal rule.</summary>
        public Tensor cumulative_trapezoid(double dx = 1, long dim = -1) => WrappedTensorDisposeScope(() => Means(dim).cumsum(dim) * dx);

        /// <inheritdoc cref="cumulative_trapezoid(double, long)"/>
        public Tensor cumulative_trapezoid(Tensor x, long dim = -1) => WrappedTensorDisposeScope(() => (Means(dim) * Steps(x, dim)).cumsum(dim));

        /// <summary>A matrix of powers: column j has this vector to the power N - 1 - j, or j if increasing.</summary>
        public Tensor vander(long N = -1, bool increasing = false) => WrappedTensorDisposeScope(() =>
        {
            long columns = N < 0 ? numel() : N;
            Tensor exponents = increasing ? arange(columns) : arange(columns - 1, -1, -1);
            return unsqueeze(-1).pow(exponents);
        });

        /// <summary>The means of neighbours along a dimension.</summary>
        private Tensor Means(long dim) => (narrow(dim, 1, size((int)dim) - 1) + narrow(dim, 0, size((int)dim) - 1)) / 2;

        /// <summary>The differences of positions, along the last dimension if there is only one.</summary>
        private static Tensor Steps(Tensor x, long dim)
        {
            Tensor steps = x.diff(1, x.dim() == 1 ? 0 : dim);
            return x.dim() == 1 && dim < -1 ? steps.view([-1, .. Enumerable.Repeat(1L, (int)(-dim - 1))]) : steps;
        }
    }
}
