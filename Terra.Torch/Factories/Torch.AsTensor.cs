namespace TorchSharp;

public static partial class torch
{
    /// <summary>A 1-dimensional tensor of a copy of these elements.</summary>
    public static Tensor as_tensor(IList<bool> rawArray, ScalarType? dtype = null, Device? device = null) =>
        FromElements(Elements(rawArray), [rawArray.Count], dtype, device, false, null);

    /// <summary>A 1-dimensional tensor of a copy of these elements.</summary>
    public static Tensor as_tensor(bool[] rawArray, ScalarType? dtype = null, Device? device = null) =>
        FromElements(new ReadOnlySpan<bool>(rawArray), [rawArray.Length], dtype, device, false, null);

    /// <summary>A 1-dimensional tensor of a copy of these elements.</summary>
    public static Tensor as_tensor(IList<byte> rawArray, ScalarType? dtype = null, Device? device = null) =>
        FromElements(Elements(rawArray), [rawArray.Count], dtype, device, false, null);

    /// <summary>A 1-dimensional tensor of a copy of these elements.</summary>
    public static Tensor as_tensor(byte[] rawArray, ScalarType? dtype = null, Device? device = null) =>
        FromElements(new ReadOnlySpan<byte>(rawArray), [rawArray.Length], dtype, device, false, null);

    /// <summary>A 1-dimensional tensor of a copy of these elements.</summary>
    public static Tensor as_tensor(IList<sbyte> rawArray, ScalarType? dtype = null, Device? device = null) =>
        FromElements(Elements(rawArray), [rawArray.Count], dtype, device, false, null);

    /// <summary>A 1-dimensional tensor of a copy of these elements.</summary>
    public static Tensor as_tensor(sbyte[] rawArray, ScalarType? dtype = null, Device? device = null) =>
        FromElements(new ReadOnlySpan<sbyte>(rawArray), [rawArray.Length], dtype, device, false, null);

    /// <summary>A 1-dimensional tensor of a copy of these elements.</summary>
    public static Tensor as_tensor(IList<short> rawArray, ScalarType? dtype = null, Device? device = null) =>
        FromElements(Elements(rawArray), [rawArray.Count], dtype, device, false, null);

    /// <summary>A 1-dimensional tensor of a copy of these elements.</summary>
    public static Tensor as_tensor(short[] rawArray, ScalarType? dtype = null, Device? device = null) =>
        FromElements(new ReadOnlySpan<short>(rawArray), [rawArray.Length], dtype, device, false, null);

    /// <summary>A 1-dimensional tensor of a copy of these elements.</summary>
    public static Tensor as_tensor(IList<int> rawArray, ScalarType? dtype = null, Device? device = null) =>
        FromElements(Elements(rawArray), [rawArray.Count], dtype, device, false, null);

    /// <summary>A 1-dimensional tensor of a copy of these elements.</summary>
    public static Tensor as_tensor(int[] rawArray, ScalarType? dtype = null, Device? device = null) =>
        FromElements(new ReadOnlySpan<int>(rawArray), [rawArray.Length], dtype, device, false, null);

    /// <summary>A 1-dimensional tensor of a copy of these elements.</summary>
    public static Tensor as_tensor(IList<long> rawArray, ScalarType? dtype = null, Device? device = null) =>
        FromElements(Elements(rawArray), [rawArray.Count], dtype, device, false, null);

    /// <summary>A 1-dimensional tensor of a copy of these elements.</summary>
    public static Tensor as_tensor(long[] rawArray, ScalarType? dtype = null, Device? device = null) =>
        FromElements(new ReadOnlySpan<long>(rawArray), [rawArray.Length], dtype, device, false, null);

    /// <summary>A 1-dimensional tensor of a copy of these elements.</summary>
    public static Tensor as_tensor(IList<BFloat16> rawArray, ScalarType? dtype = null, Device? device = null) =>
        FromElements(Elements(rawArray), [rawArray.Count], dtype, device, false, null);

    /// <summary>A 1-dimensional tensor of a copy of these elements.</summary>
    public static Tensor as_tensor(BFloat16[] rawArray, ScalarType? dtype = null, Device? device = null) =>
        FromElements(new ReadOnlySpan<BFloat16>(rawArray), [rawArray.Length], dtype, device, false, null);

    /// <summary>A 1-dimensional tensor of a copy of these elements.</summary>
    public static Tensor as_tensor(IList<float> rawArray, ScalarType? dtype = null, Device? device = null) =>
        FromElements(Elements(rawArray), [rawArray.Count], dtype, device, false, null);

    /// <summary>A 1-dimensional tensor of a copy of these elements.</summary>
    public static Tensor as_tensor(float[] rawArray, ScalarType? dtype = null, Device? device = null) =>
        FromElements(new ReadOnlySpan<float>(rawArray), [rawArray.Length], dtype, device, false, null);

    /// <summary>A 1-dimensional tensor of a copy of these elements.</summary>
    public static Tensor as_tensor(IList<double> rawArray, ScalarType? dtype = null, Device? device = null) =>
        FromElements(Elements(rawArray), [rawArray.Count], dtype, device, false, null);

    /// <summary>A 1-dimensional tensor of a copy of these elements.</summary>
    public static Tensor as_tensor(double[] rawArray, ScalarType? dtype = null, Device? device = null) =>
        FromElements(new ReadOnlySpan<double>(rawArray), [rawArray.Length], dtype, device, false, null);
}
