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
            /// <param name="pad">How much before and after: the last dimension's pair, the one before it, and so on. Negative cuts.</param>
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

                if (Array.Exists(pad, static width => width < 0))
                {
                    return WidenedAndCut(input, pad, mode);
                }

                for (int i = 0; i < pad.Length; i += 2)
                {
                    CheckWidths(input.Impl.Sizes[input.Impl.Rank - 1 - (i / 2)], pad[i], pad[i + 1], mode);
                }

                return new Tensor(Aten._pad_enum(input.Impl, pad, (long)(mode switch
                {
                    PaddingModes.Reflect => PadMode.Reflect,
                    PaddingModes.Replicate => PadMode.Replicate,
                    _ => PadMode.Circular,
                })));
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

            /// <summary>Negative widths cut what is repeated round, but not what is mirrored.</summary>
            private static Tensor WidenedAndCut(Tensor input, long[] pad, PaddingModes mode) => WrappedTensorDisposeScope(() =>
            {
                long[] cut = Array.ConvertAll(pad, static width => Math.Min(width, 0)), widened = Array.ConvertAll(pad, static width => Math.Max(width, 0));
                return mode == PaddingModes.Circular ? functional.pad(functional.pad(input, cut), widened, mode) : functional.pad(functional.pad(input, widened, mode), cut);
            });

            private static void CheckWidths(long size, long before, long after, PaddingModes mode)
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
            }
        }
    }
}
