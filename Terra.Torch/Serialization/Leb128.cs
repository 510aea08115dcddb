namespace TorchSharp;

/// <summary>Unsigned LEB128: seven bits a byte, least significant first, the top bit set on all bytes but the last.</summary>
internal static class Leb128
{
    internal static void WriteLeb128(this BinaryWriter writer, long value)
    {
        var rest = (ulong)value;
        while (rest >= 0x80)
        {
            writer.Write((byte)(rest | 0x80));
            rest >>= 7;
        }

        writer.Write((byte)rest);
    }

    /// <exception cref="InvalidDataException">The number has more than 64 bits.</exception>
    internal static long ReadLeb128(this BinaryReader reader)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte part = reader.ReadByte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return (long)value;
            }
        }

        throw new InvalidDataException("not a LEB128 number: it has more than 64 bits");
    }
}
