using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace TorchSharp.PyBridge;

/// <summary>
/// Files of tensors by name in the safetensors format (github.com/huggingface/safetensors): eight bytes with the header's length, a
/// header in JSON with each tensor's dtype, sizes and place, then the tensors' elements, row-major and little-endian.
/// </summary>
public static class Safetensors
{
    private const int LargestHeader = 100_000_000;

    private static readonly (string Name, torch.ScalarType Type)[] s_types =
    [
        ("F64", torch.ScalarType.Float64),
        ("F32", torch.ScalarType.Float32),
        ("BF16", torch.ScalarType.BFloat16),
        ("F16", torch.ScalarType.Float16),
        ("I64", torch.ScalarType.Int64),
        ("I32", torch.ScalarType.Int32),
        ("I16", torch.ScalarType.Int16),
        ("I8", torch.ScalarType.Int8),
        ("U8", torch.ScalarType.Byte),
        ("BOOL", torch.ScalarType.Bool),
    ];

    /// <summary>Reads a file's tensors.</summary>
    /// <param name="path">The file.</param>
    /// <param name="keysToKeep">The names to read; all by default.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or has a dtype that Terra lacks.</exception>
    public static Dictionary<string, torch.Tensor> LoadStateDict(string path, ICollection<string>? keysToKeep = null)
    {
        using FileStream stream = File.OpenRead(path);
        return LoadStateDict(stream, keysToKeep);
    }

    /// <inheritdoc cref="LoadStateDict(string, ICollection{string})"/>
    /// <param name="stream">A stream that can seek, at the file's first byte.</param>
    /// <param name="keysToKeep">The names to read; all by default.</param>
    public static Dictionary<string, torch.Tensor> LoadStateDict(Stream stream, ICollection<string>? keysToKeep = null)
    {
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        stream.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > LargestHeader)
        {
            throw new InvalidDataException($"no safetensors file: a header of {length} bytes is larger than the format allows ({LargestHeader})");
        }

        var header = new byte[length];
        stream.ReadExactly(header);
        long start = stream.Position;
        var tensors = new Dictionary<string, torch.Tensor>(StringComparer.Ordinal);
        using JsonDocument document = Parse(header);
        foreach (JsonProperty entry in document.RootElement.EnumerateObject())
        {
            if (entry.Name != "__metadata__" && keysToKeep?.Contains(entry.Name) != false)
            {
                tensors.Add(entry.Name, Read(stream, start, entry));
            }
        }

        return tensors;
    }

    /// <summary>Writes tensors to a file, those of larger elements first and else by name, as the format's own writer does.</summary>
    /// <param name="path">The file; an existing one is overwritten.</param>
    /// <param name="stateDict">The tensors by name.</param>
    public static void SaveStateDict(string path, IReadOnlyDictionary<string, torch.Tensor> stateDict)
    {
        using FileStream stream = File.Create(path);
        SaveStateDict(stream, stateDict);
    }

    /// <inheritdoc cref="SaveStateDict(string, IReadOnlyDictionary{string, torch.Tensor})"/>
    public static void SaveStateDict(Stream stream, IReadOnlyDictionary<string, torch.Tensor> stateDict)
    {
        KeyValuePair<string, torch.Tensor>[] entries =
            [.. stateDict.OrderByDescending(entry => entry.Value.ElementSize).ThenBy(entry => entry.Key, StringComparer.Ordinal)];
        byte[] header = Encoding.UTF8.GetBytes(Header(entries));
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
        stream.Write(prefix);
        stream.Write(header);
        foreach ((_, torch.Tensor tensor) in entries)
        {
            tensor.WriteBytesToStream(stream, 1 << 16);
        }
    }

    /// <summary>The header, padded with spaces so that the elements start at a multiple of eight bytes.</summary>
    private static string Header(KeyValuePair<string, torch.Tensor>[] entries)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            long offset = 0;
            foreach ((string name, torch.Tensor tensor) in entries)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", Array.Find(s_types, pair => pair.Type == tensor.dtype).Name);
                WriteNumbers(json, "shape", tensor.shape);
                long end = offset + (tensor.numel() * tensor.ElementSize);
                WriteNumbers(json, "data_offsets", [offset, end]);
                offset = end;
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        string text = Encoding.UTF8.GetString(buffer.ToArray());
        return text + new string(' ', (int)(-buffer.Length & 7));
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, long[] numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private static JsonDocument Parse(byte[] header)
    {
        try
        {
            return JsonDocument.Parse(header);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException("no safetensors file: its header is not JSON", exception);
        }
    }

    private static torch.Tensor Read(Stream stream, long start, JsonProperty entry)
    {
        string dtype = entry.Value.GetProperty("dtype").GetString()!;
        int type = Array.FindIndex(s_types, pair => pair.Name == dtype);
        if (type < 0)
        {
            throw new InvalidDataException($"tensor '{entry.Name}' has dtype {dtype}; Terra reads {string.Join(", ", s_types.Select(pair => pair.Name))}");
        }

        long[] shape = Numbers(entry.Value.GetProperty("shape"));
        long[] offsets = Numbers(entry.Value.GetProperty("data_offsets"));
        torch.Tensor tensor = torch.empty(shape, s_types[type].Type);
        long size = tensor.numel() * tensor.ElementSize;
        if (offsets.Length != 2 || offsets[1] - offsets[0] != size)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture, $"tensor '{entry.Name}' needs {size} bytes, but the header says [{string.Join(", ", offsets)}]"));
        }

        stream.Position = start + offsets[0];
        tensor.ReadBytesFromStream(stream, 1 << 16);
        return tensor;
    }

    private static long[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetInt64())];
}
