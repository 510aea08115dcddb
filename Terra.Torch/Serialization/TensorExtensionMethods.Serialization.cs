using System.Text;
using Terra.Runtime.Core;

namespace TorchSharp;

public static partial class TensorExtensionMethods
{
    /// <summary>Writes dtype, sizes and elements in TorchSharp's format: LEB128 numbers, then the elements in row-major order.</summary>
    public static void Save(this torch.Tensor tensor, BinaryWriter writer)
    {
        writer.WriteLeb128((long)tensor.dtype);
        long[] sizes = tensor.shape;
        writer.WriteLeb128(sizes.Length);
        foreach (long size in sizes)
        {
            writer.WriteLeb128(size);
        }

        writer.Flush();
        tensor.WriteBytesToStream(writer.BaseStream);
    }

    /// <inheritdoc cref="Save(torch.Tensor, BinaryWriter)"/>
    public static void Save(this torch.Tensor tensor, Stream stream)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        tensor.Save(writer);
    }

    /// <inheritdoc cref="Save(torch.Tensor, BinaryWriter)"/>
    public static void Save(this torch.Tensor tensor, string location)
    {
        using FileStream stream = File.Create(location);
        tensor.Save(stream);
    }

    /// <summary>Overwrites the tensor by one that <see cref="Save(torch.Tensor, BinaryWriter)"/> wrote.</summary>
    /// <param name="skip">Read past the saved tensor without using it.</param>
    /// <exception cref="ArgumentException">Dtype or sizes are not the tensor's.</exception>
    public static void Load(this torch.Tensor tensor, BinaryReader reader, bool skip = false)
    {
        (torch.ScalarType type, long[] sizes) = ReadHeader(reader);
        if (skip)
        {
            Skip(reader, type, sizes);
            return;
        }

        if (type != tensor.dtype)
        {
            throw new ArgumentException("Mismatched tensor data types while loading. Make sure that the model you are loading into is exactly the same as the origin.");
        }

        if (!sizes.AsSpan().SequenceEqual(tensor.shape))
        {
            throw new ArgumentException("Mismatched tensor shape while loading. Make sure that the model you are loading into is exactly the same as the origin.");
        }

        if (tensor.is_contiguous())
        {
            tensor.ReadBytesFromStream(reader.BaseStream);
            return;
        }

        using torch.Tensor read = ReadElements(reader, type, sizes);
        using IDisposable mode = torch.no_grad();
        tensor.copy_(read);
    }

    /// <summary>Reads a tensor that <see cref="Save(torch.Tensor, BinaryWriter)"/> wrote.</summary>
    /// <param name="skip">Read past the saved tensor; the result is then empty.</param>
    public static torch.Tensor Load(BinaryReader reader, bool skip = false)
    {
        (torch.ScalarType type, long[] sizes) = ReadHeader(reader);
        if (!skip)
        {
            return ReadElements(reader, type, sizes);
        }

        Skip(reader, type, sizes);
        return torch.empty(0, type);
    }

    /// <summary>Overwrites the tensor by a saved one, or replaces it if sizes or dtype differ.</summary>
    public static void Load(ref torch.Tensor? tensor, BinaryReader reader, bool skip = false)
    {
        (torch.ScalarType type, long[] sizes) = ReadHeader(reader);
        if (skip)
        {
            Skip(reader, type, sizes);
            return;
        }

        torch.Tensor read = ReadElements(reader, type, sizes);
        if (tensor is not null && tensor.dtype == type && sizes.AsSpan().SequenceEqual(tensor.shape))
        {
            using (read)
            using (torch.no_grad())
            {
                tensor.copy_(read);
            }
        }
        else
        {
            tensor = read;
        }
    }

    private static (torch.ScalarType Type, long[] Sizes) ReadHeader(BinaryReader reader)
    {
        var type = (torch.ScalarType)reader.ReadLeb128();
        if (!Enum.IsDefined(type))
        {
            throw new InvalidDataException($"the saved tensor has an unknown dtype ({(int)type})");
        }

        var sizes = new long[reader.ReadLeb128()];
        for (int i = 0; i < sizes.Length; i++)
        {
            sizes[i] = reader.ReadLeb128();
        }

        return (type, sizes);
    }

    private static torch.Tensor ReadElements(BinaryReader reader, torch.ScalarType type, long[] sizes)
    {
        var tensor = new torch.Tensor(TensorImpl.Allocate(Layout.Contiguous(sizes), type.Native()));
        tensor.ReadBytesFromStream(reader.BaseStream);
        return tensor;
    }

    private static void Skip(BinaryReader reader, torch.ScalarType type, long[] sizes)
    {
        long rest = sizes.TotalSize() * type.ElementSize();
        Span<byte> buffer = stackalloc byte[1024];
        while (rest > 0)
        {
            int count = (int)Math.Min(rest, buffer.Length);
            reader.BaseStream.ReadExactly(buffer[..count]);
            rest -= count;
        }
    }
}

public static partial class torch
{
    /// <summary>Saves a tensor to a file in TorchSharp's format.</summary>
    public static void save(Tensor t, string location) => t.Save(location);

    /// <summary>Loads a tensor from a file in TorchSharp's format.</summary>
    public static Tensor load(string location) => Tensor.Load(location);

    public partial class Tensor
    {
        /// <summary>Saves the tensor to a file in TorchSharp's format.</summary>
        public void save(string location) => this.Save(location);

        /// <summary>Loads a tensor from a file in TorchSharp's format.</summary>
        public static Tensor load(string location) => Load(location);

        /// <inheritdoc cref="load"/>
        public static Tensor Load(string location)
        {
            using FileStream stream = File.OpenRead(location);
            return Load(stream);
        }

        /// <summary>Reads a tensor in TorchSharp's format.</summary>
        public static Tensor Load(Stream stream)
        {
            using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
            return Load(reader);
        }

        /// <inheritdoc cref="Load(Stream)"/>
        public static Tensor Load(BinaryReader reader) => TensorExtensionMethods.Load(reader);
    }
}
