namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public static implicit operator Tensor(byte value) => FromScalar(value, null, null, false);

        public static implicit operator Tensor(sbyte value) => FromScalar(value, null, null, false);

        public static implicit operator Tensor(short value) => FromScalar(value, null, null, false);

        public static implicit operator Tensor(int value) => FromScalar(value, null, null, false);

        public static implicit operator Tensor(long value) => FromScalar(value, null, null, false);

        public static implicit operator Tensor(float value) => FromScalar(value, null, null, false);

        public static implicit operator Tensor(double value) => FromScalar(value, null, null, false);

        public static implicit operator Tensor(bool value) => FromScalar(value, null, null, false);

        public static implicit operator Tensor(byte[] value) => FromElements(new ReadOnlySpan<byte>(value), [value.Length], null, null, false, null);

        public static implicit operator Tensor(sbyte[] value) => FromElements(new ReadOnlySpan<sbyte>(value), [value.Length], null, null, false, null);

        public static implicit operator Tensor(short[] value) => FromElements(new ReadOnlySpan<short>(value), [value.Length], null, null, false, null);

        public static implicit operator Tensor(int[] value) => FromElements(new ReadOnlySpan<int>(value), [value.Length], null, null, false, null);

        public static implicit operator Tensor(long[] value) => FromElements(new ReadOnlySpan<long>(value), [value.Length], null, null, false, null);

        public static implicit operator Tensor(float[] value) => FromElements(new ReadOnlySpan<float>(value), [value.Length], null, null, false, null);

        public static implicit operator Tensor(double[] value) => FromElements(new ReadOnlySpan<double>(value), [value.Length], null, null, false, null);

        public static implicit operator Tensor(bool[] value) => FromElements(new ReadOnlySpan<bool>(value), [value.Length], null, null, false, null);

        public static implicit operator Tensor(Scalar scalar) => scalar.Type switch
        {
            ScalarType.Bool => FromScalar(scalar.ToBoolean(), null, null, false),
            ScalarType.Int64 => FromScalar(scalar.ToInt64(), null, null, false),
            _ => FromScalar(scalar.ToDouble(), null, null, false),
        };

        public static explicit operator float(Tensor value) => value.ToSingle();

        public static explicit operator double(Tensor value) => value.ToDouble();

        public static explicit operator sbyte(Tensor value) => value.ToSByte();

        public static explicit operator byte(Tensor value) => value.ToByte();

        public static explicit operator short(Tensor value) => value.ToInt16();

        public static explicit operator int(Tensor value) => value.ToInt32();

        public static explicit operator long(Tensor value) => value.ToInt64();

        public static explicit operator bool(Tensor value) => value.ToBoolean();
    }
}
