using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Widens the last dimensions of a tensor.</summary>
            /// <param name="input">The tensor.</param>
            /// <param name="pad">How much before and after: the last dimension's pair, the one before it, and so on. Negative cuts (constant mode).</param>
            /// <param name="mode">What is put there: a value, the mirror image, the border's value, or the other end.</param>
            /// <param name="value">The value of constant mode.</param>
            /// <exception cref="ArgumentException">There are more pairs than dimensions, or the mode cannot take the widths.</exception>
            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
            {
                if (pad.Length % 2 != 0 || pad.Length / 2 > input.Impl.Rank)
                {
                    throw new ArgumentException(
                        $"pad: expected pairs of widths for at most {input.Impl.Rank} dimensions, but got {pad.Length} numbers", nameof(pad));
                }

                if (mode is PaddingModes.Constant or PaddingModes.Zeros)
                {
                    return new Tensor(Aten.constant_pad_nd(input.Impl, pad, (ScalarValue)(mode == PaddingModes.Zeros ? 0 : value)));
                }

                Tensor result = input.SameTensor();
                for (int i = 0; i < pad.Length / 2; i++)
                {
                    int dim = input.Impl.Rank - 1 - i;
                    using Tensor narrower = result;
                    using Tensor source = tensor(SourceIndices(input.Impl.Sizes[dim], pad[2 * i], pad[(2 * i) + 1], mode));
                    result = narrower.index_select(dim, source);
                }

                return result;
            }

            /// <inheritdoc cref="pad(Tensor, long[], PaddingModes, double)"/>
            public static Tensor pad(Tensor input, ReadOnlySpan<long> pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, pad.ToArray(), mode, value);

            /// <inheritdoc cref="pad(Tensor, long[], PaddingModes, double)"/>
            public static Tensor pad(Tensor input, (long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, [pad.Item1, pad.Item2], mode, value);

            /// <inheritdoc cref="pad(Tensor, long[], PaddingModes, double)"/>
            public static Tensor pad(Tensor input, (long, long, long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, [pad.Item1, pad.Item2, pad.Item3, pad.Item4], mode, value);

            /// <summary>Widens the last dimension on both sides.</summary>
            public static Tensor pad(Tensor input, long pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, [pad, pad], mode, value);

            /// <summary>Which element of a dimension each element of the widened one shows.</summary>
            private static long[] SourceIndices(long size, long before, long after, PaddingModes mode)
            {
                long limit = mode switch
                {
                    PaddingModes.Reflect => size - 1,
                    PaddingModes.Circular => size,
                    _ => long.MaxValue,
                };
                if (before < 0 || after < 0 || before > limit || after > limit)
                {
                    throw new ArgumentException($"pad: widths ({before}, {after}) are out of range for a dimension of size {size} in mode {mode}");
                }

                var source = new long[before + size + after];
                for (long i = 0; i < source.Length; i++)
                {
                    long position = i - before;
                    source[i] = mode switch
                    {
                        PaddingModes.Replicate => Math.Clamp(position, 0, size - 1),
                        PaddingModes.Circular => (position + size) % size,
                        _ => position < 0 ? -position : position >= size ? (2 * (size - 1)) - position : position,
                    };
                }

                return source;
            }
        }
    }
}
