using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The variance, with divisor n - 1 if unbiased, else n.</summary>
        public Tensor var(bool unbiased = true) =>
            new(Variance([], unbiased, false, null));

        /// <summary>The variance, with divisor n - 1 if unbiased, else n.</summary>
        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            new(Variance([.. dimensions], unbiased, keepdim, type));

        /// <summary>The variance, with divisor n - 1 if unbiased, else n.</summary>
        public Tensor var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            new(Variance(dimensions.ToArray(), unbiased, keepdim, type));

        /// <summary>The variance, with divisor n - 1 if unbiased, else n.</summary>
        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            new(Variance([dim], unbiased, keepdim, type));

        /// <summary>The variance, with divisor n - 1 if unbiased, else n.</summary>
        public Tensor var((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            new(Variance([dim.Item1, dim.Item2], unbiased, keepdim, type));

        /// <summary>The variance, with divisor n - 1 if unbiased, else n.</summary>
        public Tensor var((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            new(Variance([dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim, type));

        /// <summary>The variance, with divisor n - 1 if unbiased, else n; and the mean.</summary>
        public (Tensor var, Tensor mean) var_mean(bool unbiased = true) =>
            (new(Variance([], unbiased, false, null)), new(Aten.mean(Impl, [], false, null)));

        /// <summary>The variance, with divisor n - 1 if unbiased, else n; and the mean.</summary>
        public (Tensor var, Tensor mean) var_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (new(Variance([.. dimensions], unbiased, keepdim, type)), new(Aten.mean(Impl, [.. dimensions], keepdim, type.Native())));

        /// <summary>The variance, with divisor n - 1 if unbiased, else n; and the mean.</summary>
        public (Tensor var, Tensor mean) var_mean(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (new(Variance(dimensions.ToArray(), unbiased, keepdim, type)), new(Aten.mean(Impl, dimensions.ToArray(), keepdim, type.Native())));

        /// <summary>The variance, with divisor n - 1 if unbiased, else n; and the mean.</summary>
        public (Tensor var, Tensor mean) var_mean(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (new(Variance([dim], unbiased, keepdim, type)), new(Aten.mean(Impl, [dim], keepdim, type.Native())));

        /// <summary>The variance, with divisor n - 1 if unbiased, else n; and the mean.</summary>
        public (Tensor var, Tensor mean) var_mean((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (new(Variance([dim.Item1, dim.Item2], unbiased, keepdim, type)), new(Aten.mean(Impl, [dim.Item1, dim.Item2], keepdim, type.Native())));

        /// <summary>The variance, with divisor n - 1 if unbiased, else n; and the mean.</summary>
        public (Tensor var, Tensor mean) var_mean((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (new(Variance([dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim, type)), new(Aten.mean(Impl, [dim.Item1, dim.Item2, dim.Item3], keepdim, type.Native())));

        /// <summary>The standard deviation, with divisor n - 1 if unbiased, else n.</summary>
        public Tensor std(bool unbiased = true) =>
            new(StandardDeviation([], unbiased, false, null));

        /// <summary>The standard deviation, with divisor n - 1 if unbiased, else n.</summary>
        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            new(StandardDeviation([.. dimensions], unbiased, keepdim, type));

        /// <summary>The standard deviation, with divisor n - 1 if unbiased, else n.</summary>
        public Tensor std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            new(StandardDeviation(dimensions.ToArray(), unbiased, keepdim, type));

        /// <summary>The standard deviation, with divisor n - 1 if unbiased, else n.</summary>
        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            new(StandardDeviation([dim], unbiased, keepdim, type));

        /// <summary>The standard deviation, with divisor n - 1 if unbiased, else n.</summary>
        public Tensor std((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            new(StandardDeviation([dim.Item1, dim.Item2], unbiased, keepdim, type));

        /// <summary>The standard deviation, with divisor n - 1 if unbiased, else n.</summary>
        public Tensor std((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            new(StandardDeviation([dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim, type));

        /// <summary>The standard deviation, with divisor n - 1 if unbiased, else n; and the mean.</summary>
        public (Tensor std, Tensor mean) std_mean(bool unbiased = true) =>
            (new(StandardDeviation([], unbiased, false, null)), new(Aten.mean(Impl, [], false, null)));

        /// <summary>The standard deviation, with divisor n - 1 if unbiased, else n; and the mean.</summary>
        public (Tensor std, Tensor mean) std_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (new(StandardDeviation([.. dimensions], unbiased, keepdim, type)), new(Aten.mean(Impl, [.. dimensions], keepdim, type.Native())));

        /// <summary>The standard deviation, with divisor n - 1 if unbiased, else n; and the mean.</summary>
        public (Tensor std, Tensor mean) std_mean(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (new(StandardDeviation(dimensions.ToArray(), unbiased, keepdim, type)), new(Aten.mean(Impl, dimensions.ToArray(), keepdim, type.Native())));

        /// <summary>The standard deviation, with divisor n - 1 if unbiased, else n; and the mean.</summary>
        public (Tensor std, Tensor mean) std_mean(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (new(StandardDeviation([dim], unbiased, keepdim, type)), new(Aten.mean(Impl, [dim], keepdim, type.Native())));

        /// <summary>The standard deviation, with divisor n - 1 if unbiased, else n; and the mean.</summary>
        public (Tensor std, Tensor mean) std_mean((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (new(StandardDeviation([dim.Item1, dim.Item2], unbiased, keepdim, type)), new(Aten.mean(Impl, [dim.Item1, dim.Item2], keepdim, type.Native())));

        /// <summary>The standard deviation, with divisor n - 1 if unbiased, else n; and the mean.</summary>
        public (Tensor std, Tensor mean) std_mean((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (new(StandardDeviation([dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim, type)), new(Aten.mean(Impl, [dim.Item1, dim.Item2, dim.Item3], keepdim, type.Native())));

        private TensorImpl Variance(long[] dims, bool unbiased, bool keepdim, ScalarType? type)
        {
            if (type is { } wanted && wanted != dtype)
            {
                using TensorImpl converted = Aten._to_copy(Impl, wanted.Native());
                return Aten.var(converted, dims, unbiased ? 1 : 0, keepdim);
            }

            return Aten.var(Impl, dims, unbiased ? 1 : 0, keepdim);
        }

        private TensorImpl StandardDeviation(long[] dims, bool unbiased, bool keepdim, ScalarType? type)
        {
            using TensorImpl variance = Variance(dims, unbiased, keepdim, type);
            return Composite.Root(variance, Aten.sqrt);
        }
    }
}
