using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.PyBridge;

/// <summary>Modules' state in files that Python reads and writes.</summary>
public static class PyBridgeModuleExtensions
{
    /// <summary>Saves parameters and persistent buffers to a safetensors file.</summary>
    /// <param name="module">The module.</param>
    /// <param name="location">The file's path; an existing file is overwritten.</param>
    /// <param name="skip">Paths in the state_dict to leave out.</param>
    /// <returns>The module.</returns>
    public static Module save_safetensors(this Module module, string location, IList<string>? skip = null)
    {
        using FileStream stream = File.Create(location);
        return module.save_safetensors(stream, skip);
    }

    /// <inheritdoc cref="save_safetensors(Module, string, IList{string})"/>
    public static Module save_safetensors(this Module module, Stream stream, IList<string>? skip = null)
    {
        Dictionary<string, Tensor> state = module.state_dict();
        foreach (string key in skip ?? [])
        {
            state.Remove(key);
        }

        Safetensors.SaveStateDict(stream, state);
        return module;
    }

    /// <summary>Loads parameters and buffers from a safetensors file.</summary>
    /// <param name="module">The module.</param>
    /// <param name="location">The file's path.</param>
    /// <param name="strict">Whether the file must have exactly the module's entries.</param>
    /// <param name="skip">Paths in the state_dict to leave alone.</param>
    /// <param name="loadedParameters">Gets the file's paths, and of each whether the module has it.</param>
    /// <returns>The module.</returns>
    /// <exception cref="InvalidOperationException">Strict, and the paths differ; nothing was loaded then.</exception>
    public static Module load_safetensors(
        this Module module, string location, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
    {
        using FileStream stream = File.OpenRead(location);
        return module.load_safetensors(stream, strict, skip, loadedParameters);
    }

    /// <inheritdoc cref="load_safetensors(Module, string, bool, IList{string}, Dictionary{string, bool})"/>
    public static Module load_safetensors(
        this Module module, Stream stream, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
    {
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> state = Safetensors.LoadStateDict(stream);
        (_, IList<string> unexpected) = module.load_state_dict(state, strict, skip);
        if (loadedParameters is not null)
        {
            foreach (string key in state.Keys)
            {
                loadedParameters[key] = !unexpected.Contains(key);
            }
        }

        return module;
    }
}
