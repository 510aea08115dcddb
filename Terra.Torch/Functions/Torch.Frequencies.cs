namespace TorchSharp;

public static partial class torch
{
    /// <summary>What belongs to discrete Fourier transforms and is real; the transforms themselves need complex numbers, which there are none.</summary>
    public static partial class fft
    {
        /// <summary>The frequencies of a transform of <paramref name="n"/> points: 0, 1, … and then the negative ones, over n d.</summary>
        /// <param name="n">The number of points.</param>
        /// <param name="d">Their distance.</param>
        public static Tensor fftfreq(long n, double d = 1, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => WrappedTensorDisposeScope(() =>
        {
            Tensor index = arange(n, dtype: dtype ?? s_defaultDtype, device: device);
            return ((index - (n * index.ge((n + 1) / 2).to(index.dtype))) / (n * d)).requires_grad_(requires_grad);
        });

        /// <summary>The frequencies, none negative, of a transform of <paramref name="n"/> real points.</summary>
        /// <inheritdoc cref="fftfreq"/>
        public static Tensor rfftfreq(long n, double d = 1, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            WrappedTensorDisposeScope(() => (arange((n / 2) + 1, dtype: dtype ?? s_defaultDtype, device: device) / (n * d)).requires_grad_(requires_grad));

        /// <summary>The zero frequency moved to the middle.</summary>
        /// <param name="input">What belongs to the frequencies of <see cref="fftfreq"/>.</param>
        /// <param name="dim">The dimensions; null for all.</param>
        public static Tensor fftshift(Tensor input, long[]? dim = null) => Moved(input, dim, static size => size / 2);

        /// <summary>The opposite of <see cref="fftshift"/>.</summary>
        public static Tensor ifftshift(Tensor input, long[]? dim = null) => Moved(input, dim, static size => (size + 1) / 2);

        private static Tensor Moved(Tensor input, long[]? dims, Func<long, long> distance) => WrappedTensorDisposeScope(() =>
        {
            Tensor result = input.alias();
            foreach (long dim in dims ?? [.. Enumerable.Range(0, (int)input.dim()).Select(static d => (long)d)])
            {
                result = result.roll(distance(input.size((int)dim)), dim);
            }

            return result;
        });
    }
}
