using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Terra.EndToEnd.UnwovenHelpers;

/// <summary>Notes everything a program sees, to the bit, so that two runs can be compared line by line.</summary>
public sealed class Observer
{
    private const int ShownElements = 8;
    private readonly List<string> _lines = [];

    /// <summary>What was observed, in order.</summary>
    public IReadOnlyList<string> Lines => _lines;

    public void Note(string name, double value) => Add(name, $"{value.ToString("R", CultureInfo.InvariantCulture)} ({BitConverter.DoubleToInt64Bits(value):x16})");

    public void Note(string name, float value) => Add(name, $"{value.ToString("R", CultureInfo.InvariantCulture)} ({BitConverter.SingleToInt32Bits(value):x8})");

    public void Note(string name, long value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

    public void Note(string name, bool value) => Add(name, value ? "true" : "false");

    public void Note(string name, string text) => Add(name, text);

    /// <summary>Reads a tensor: dtype, shape, a hash over all bits, and the bits of the first elements.</summary>
    public void Note(string name, Tensor? tensor)
    {
        if (tensor is null)
        {
            Add(name, "null");
            return;
        }

        byte[] bytes = BytesOf(tensor);
        int size = bytes.Length == 0 ? 1 : (int)(bytes.Length / tensor.numel());
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{tensor.dtype}[{string.Join(",", tensor.shape)}] #{Hash(bytes):x16}");
        for (int i = 0; i < bytes.Length && i < ShownElements * size; i += size)
        {
            text.Append(' ').Append(Convert.ToHexStringLower(bytes.AsSpan(i, size)));
        }

        Add(name, text.ToString());
    }

    /// <summary>Reads a parameter and its gradient.</summary>
    public void Note(string name, Parameter parameter)
    {
        Note(name, (Tensor)parameter);
        Note($"{name}.grad", parameter.grad);
    }

    /// <summary>Reads a module's parameters, their gradients, and its buffers.</summary>
    public void Note(string name, nn.Module module)
    {
        foreach ((string key, Parameter parameter) in module.named_parameters())
        {
            Note($"{name}.{key}", parameter);
        }

        foreach ((string key, Tensor buffer) in module.named_buffers())
        {
            Note($"{name}.{key}", buffer);
        }
    }

    /// <summary>Reads an optimizer's options and state, whatever they consist of.</summary>
    public void Note(string name, OptimizerHelper optimizer)
    {
        optim.Optimizer.StateDictionary state = optimizer.state_dict();
        for (int i = 0; i < state.Options.Count; i++)
        {
            NoteFields($"{name}.options[{i}]", state.Options[i]);
        }

        for (int i = 0; i < state.State.Count; i++)
        {
            NoteFields($"{name}.state[{i}]", state.State[i]);
        }
    }

    /// <summary>Notes where the default generator stands.</summary>
    public void NoteRandomState()
    {
        using Tensor state = get_rng_state();
        Note("rng", state);
    }

    /// <summary>Runs something that may throw and notes what it threw.</summary>
    public void NoteException(string name, Exception exception) => Add(name, $"{exception.GetType().FullName}: {exception.Message}");

    /// <summary>Appends what another observer saw, as of a thread that has ended.</summary>
    public void Append(string name, Observer other)
    {
        foreach (string line in other._lines)
        {
            _lines.Add($"{name}/{line}");
        }
    }

    private void Add(string name, string value) => _lines.Add($"{name} = {value}");

    private void NoteFields(string name, object? holder)
    {
        if (holder is null)
        {
            Add(name, "null");
            return;
        }

        const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        for (Type? type = holder.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(Instance | BindingFlags.DeclaredOnly).OrderBy(field => field.Name, StringComparer.Ordinal))
            {
                string path = $"{name}.{field.Name}";
                switch (field.GetValue(holder))
                {
                    case Parameter:
                        break;
                    case Tensor tensor:
                        Note(path, tensor);
                        break;
                    case double number:
                        Note(path, number);
                        break;
                    case long number:
                        Note(path, number);
                        break;
                    case int number:
                        Note(path, (long)number);
                        break;
                    case bool flag:
                        Note(path, flag);
                        break;
                }
            }
        }
    }

    private static byte[] BytesOf(Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Float32 => MemoryMarshal.AsBytes<float>(tensor.data<float>().ToArray()).ToArray(),
        ScalarType.Float64 => MemoryMarshal.AsBytes<double>(tensor.data<double>().ToArray()).ToArray(),
        ScalarType.BFloat16 => MemoryMarshal.AsBytes<BFloat16>(tensor.data<BFloat16>().ToArray()).ToArray(),
        ScalarType.Int64 => MemoryMarshal.AsBytes<long>(tensor.data<long>().ToArray()).ToArray(),
        ScalarType.Int32 => MemoryMarshal.AsBytes<int>(tensor.data<int>().ToArray()).ToArray(),
        ScalarType.Bool => MemoryMarshal.AsBytes<bool>(tensor.data<bool>().ToArray()).ToArray(),
        _ => MemoryMarshal.AsBytes<byte>(tensor.data<byte>().ToArray()).ToArray(),
    };

    /// <summary>FNV-1a.</summary>
    private static ulong Hash(byte[] bytes)
    {
        ulong hash = 14695981039346656037;
        foreach (byte b in bytes)
        {
            hash = (hash ^ b) * 1099511628211;
        }

        return hash;
    }
}
