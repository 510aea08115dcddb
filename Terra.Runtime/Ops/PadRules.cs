using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>Where the elements of a border come from (at::padding_mode).</summary>
public enum PadMode
{
    /// <summary>The mirror image, without the outermost element.</summary>
    Reflect = 0,

    /// <summary>The outermost element.</summary>
    Replicate = 1,

    /// <summary>The other end.</summary>
    Circular = 2,
}

/// <summary>Shape rules and derivatives of borders that repeat a tensor's own elements.</summary>
internal static class PadRules
{
    /// <summary>_pad_enum(self, pad, mode).</summary>
    public static OutputSpec[] Pad(OpInvocation call)
    {
        TensorImpl self = call.Input(0);
        return [new OutputSpec(Layout.Contiguous(PaddedSizes(self.Sizes, call.Ints(0), (PadMode)call.Int(1))), self.DType)];
    }

    /// <summary>_pad_enum_backward(grad_output, pad, mode, input_size).</summary>
    public static OutputSpec[] PadBackward(OpInvocation call)
    {
        ShapeRules.CheckFloats(call, 0);
        TensorImpl grad = call.Input(0);
        long[] size = call.Ints(2), padded = PaddedSizes(size, call.Ints(0), (PadMode)call.Int(1));
        return grad.Sizes.SequenceEqual(padded)
            ? [new OutputSpec(Layout.Contiguous((long[])size.Clone()), grad.DType)]
            : throw ShapeErrors.Error($"grad_output is of size {ShapeErrors.Text(grad.Sizes)}, but the padded tensor is of size {ShapeErrors.Text(padded)}");
    }

    public static TensorImpl?[] PadDerivative(BackwardContext context) =>
        [Aten._pad_enum_backward(context.Grad(0)!, context.Call.Ints(0), context.Call.Int(1), context.Call.Input(0).Sizes.ToArray())];

    public static TensorImpl?[] PadBackwardDerivative(BackwardContext context) =>
        [Aten._pad_enum(context.Grad(0)!, context.Call.Ints(0), context.Call.Int(1))];

    /// <summary>The index of a padded dimension's elements in the dimension itself; null if it has no border.</summary>
    public static long[]? SourceIndices(long size, long before, long after, PadMode mode)
    {
        if (before == 0 && after == 0)
        {
            return null;
        }

        var source = new long[before + size + after];
        for (long i = 0; i < source.Length; i++)
        {
            long position = i - before;
            source[i] = mode switch
            {
                PadMode.Replicate => Math.Clamp(position, 0, size - 1),
                PadMode.Circular => (position + size) % size,
                _ => position < 0 ? -position : position >= size ? (2 * (size - 1)) - position : position,
            };
        }

        return source;
    }

    private static long[] PaddedSizes(ReadOnlySpan<long> self, long[] pad, PadMode mode)
    {
        long[] sizes = self.ToArray();
        if (pad.Length % 2 != 0 || pad.Length > 2 * sizes.Length)
        {
            throw ShapeErrors.Error($"Length of pad should be even and at most twice the number of dimensions of the input. Pad length is {pad.Length} while the input has {sizes.Length} dimensions.");
        }

        for (int i = 0; i < pad.Length; i += 2)
        {
            ref long size = ref sizes[sizes.Length - 1 - (i / 2)];
            long limit = (pad[i] | pad[i + 1]) == 0 ? 0 : mode switch
            {
                PadMode.Reflect => size - 1,
                PadMode.Circular => size,
                _ => size == 0 ? -1 : long.MaxValue,
            };
            if (pad[i] < 0 || pad[i + 1] < 0 || pad[i] > limit || pad[i + 1] > limit)
            {
                throw ShapeErrors.Error($"Padding size should be at most what the dimension can show, but got padding ({pad[i]}, {pad[i + 1]}) of a dimension of size {size} in mode {mode}");
            }

            size += pad[i] + pad[i + 1];
        }

        return sizes;
    }
}
