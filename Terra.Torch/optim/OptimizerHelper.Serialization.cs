using System.Text;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <content>
/// Files in TorchSharp's own format: the optimizer's name, the numbers of groups and of parameters (LEB128), the groups' options, and the
/// parameters' states.
/// </content>
public abstract partial class OptimizerHelper
{
    /// <summary>Saves options and state to a file; an existing one is overwritten.</summary>
    public void save_state_dict(string location)
    {
        using FileStream stream = File.Create(location);
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        save_state_dict(writer);
    }

    /// <summary>Writes options and state.</summary>
    public void save_state_dict(BinaryWriter writer)
    {
        StateDictionary state = state_dict();
        writer.Write(GetType().Name);
        writer.WriteLeb128(state.Options.Count);
        writer.WriteLeb128(state.State.Count);
        state.Options.ForEach(options => options.SaveStateDict(writer));
        state.State.ForEach(entry => entry.SaveStateDict(writer));
    }

    /// <summary>Loads options and state from a file that <see cref="save_state_dict(string)"/> (or TorchSharp) wrote.</summary>
    /// <exception cref="InvalidDataException">It is the file of another kind of optimizer.</exception>
    /// <exception cref="ArgumentException">It has other groups or parameters.</exception>
    public void load_state_dict(string location)
    {
        using FileStream stream = File.OpenRead(location);
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        load_state_dict(reader);
    }

    /// <summary>Reads options and state that <see cref="save_state_dict(BinaryWriter)"/> wrote.</summary>
    /// <inheritdoc cref="load_state_dict(string)"/>
    public void load_state_dict(BinaryReader reader)
    {
        string name = reader.ReadString();
        if (name != GetType().Name)
        {
            throw new InvalidDataException($"Mismatched optimizer type: expected '{GetType().Name}', but found '{name}' in the loaded stream.");
        }

        StateDictionary state = state_dict();
        long groups = reader.ReadLeb128(), parameters = reader.ReadLeb128();
        if (groups != state.Options.Count || parameters != state.State.Count)
        {
            throw new ArgumentException(
                $"Invalid optimizer state -- {parameters} parameters in {groups} groups, but the optimizer has {state.State.Count} in {state.Options.Count}; construct it with the same groups first");
        }

        state.Options.ForEach(options => options.LoadStateDict(reader));
        state.State.ForEach(entry => entry.LoadStateDict(reader));
    }
}
