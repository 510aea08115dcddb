namespace TorchSharp;

/// <summary>What programs ask of tensors besides the members of <see cref="torch.Tensor"/>.</summary>
public static partial class TensorExtensionMethods
{
    /// <summary>The value of a tensor of one element, converted.</summary>
    public static bool ToBoolean(this torch.Tensor value) => value.ToScalar().ToBoolean();

    /// <inheritdoc cref="ToBoolean"/>
    public static byte ToByte(this torch.Tensor value) => value.ToScalar().ToByte();

    /// <inheritdoc cref="ToBoolean"/>
    public static sbyte ToSByte(this torch.Tensor value) => value.ToScalar().ToSByte();

    /// <inheritdoc cref="ToBoolean"/>
    public static short ToInt16(this torch.Tensor value) => value.ToScalar().ToInt16();

    /// <inheritdoc cref="ToBoolean"/>
    public static int ToInt32(this torch.Tensor value) => value.ToScalar().ToInt32();

    /// <inheritdoc cref="ToBoolean"/>
    public static long ToInt64(this torch.Tensor value) => value.ToScalar().ToInt64();

    /// <inheritdoc cref="ToBoolean"/>
    public static Half ToHalf(this torch.Tensor value) => value.ToScalar().ToHalf();

    /// <inheritdoc cref="ToBoolean"/>
    public static BFloat16 ToBFloat16(this torch.Tensor value) => value.ToScalar().ToBFloat16();

    /// <inheritdoc cref="ToBoolean"/>
    public static float ToSingle(this torch.Tensor value) => value.ToScalar().ToSingle();

    /// <inheritdoc cref="ToBoolean"/>
    public static double ToDouble(this torch.Tensor value) => value.ToScalar().ToDouble();

    /// <summary>A tensor of these elements in row-major order, with the given sizes.</summary>
    public static torch.Tensor ToTensor<T>(this T[] rawArray, long[] dimensions, bool doCopy = false, bool requires_grad = false)
        where T : unmanaged => torch.FromElements(new ReadOnlySpan<T>(rawArray), dimensions, null, null, requires_grad, null);

    /// <summary>A 0-dimensional tensor of this value.</summary>
    public static torch.Tensor ToTensor<T>(this T scalar, torch.Device? device = null, bool requires_grad = false)
        where T : unmanaged => torch.FromScalar(scalar, null, device, requires_grad);

    /// <summary>Bytes per element.</summary>
    public static int ElementSize(this torch.ScalarType type) => Terra.Runtime.Core.DTypes.SizeInBytes(type.Native());

    /// <summary>The product of the sizes.</summary>
    public static long TotalSize(this IEnumerable<long> shape)
    {
        long size = 1;
        foreach (long dimension in shape)
        {
            size *= dimension;
        }

        return size;
    }

    /// <summary>The sizes of the dimensions as ints.</summary>
    public static ReadOnlySpan<int> IntShape(this torch.Tensor tensor) => Array.ConvertAll(tensor.shape, size => (int)size);

    /// <summary>A parameter with the tensor's data, which it takes over: the tensor itself becomes invalid.</summary>
    public static Modules.Parameter AsParameter(this torch.Tensor tensor) => new(tensor);
}
