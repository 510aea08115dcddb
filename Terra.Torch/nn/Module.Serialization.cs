using System.Text;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <content>
        /// Files in TorchSharp's own format: the number of entries (LEB128), then of each its path in the state_dict (a string with its
        /// length in bytes in front, LEB128) and its tensor, see <see cref="TensorExtensionMethods.Save(Tensor, BinaryWriter)"/>.
        /// </content>
        public partial class Module
        {
            /// <summary>Makes a module and loads its state from a file.</summary>
            /// <typeparam name="T">The module, to be made with its parameterless constructor.</typeparam>
            public static Module Create<T>(string path)
                where T : Module, new() => new T().load(path);

            /// <summary>Writes the number of entries of a state_dict and each entry.</summary>
            /// <param name="writer">Where to.</param>
            /// <param name="sd">Tensors by path.</param>
            /// <param name="skip">Paths to leave out.</param>
            public static void save_state_dict(BinaryWriter writer, Dictionary<string, Tensor> sd, IList<string>? skip = null)
            {
                KeyValuePair<string, Tensor>[] entries = [.. sd.Where(entry => skip is null || !skip.Contains(entry.Key))];
                writer.WriteLeb128(entries.Length);
                foreach ((string key, Tensor tensor) in entries)
                {
                    writer.Write(key);
                    tensor.Save(writer);
                }
            }

            /// <summary>Saves parameters and persistent buffers to a file.</summary>
            /// <param name="location">The file's path; an existing file is overwritten.</param>
            /// <param name="skip">Paths in the state_dict to leave out.</param>
            /// <returns>This module.</returns>
            public Module save(string location, IList<string>? skip = null)
            {
                using FileStream stream = File.Create(location);
                return save(stream, skip);
            }

            /// <inheritdoc cref="save(string, IList{string})"/>
            public Module save(BinaryWriter writer, IList<string>? skip = null)
            {
                save_state_dict(writer, state_dict(), skip);
                return this;
            }

            /// <inheritdoc cref="save(string, IList{string})"/>
            public Module save(Stream stream, IList<string>? skip = null)
            {
                using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
                return save(writer, skip);
            }

            /// <summary>Loads parameters and buffers from a file that <see cref="save(string, IList{string})"/> (or TorchSharp) wrote.</summary>
            /// <param name="location">The file's path.</param>
            /// <param name="strict">Whether the file must have exactly this module's entries; if not, it may have fewer or others.</param>
            /// <param name="skip">Paths in the state_dict to leave alone.</param>
            /// <param name="loadedParameters">Gets the file's paths, and of each whether this module has it.</param>
            /// <returns>This module.</returns>
            /// <exception cref="FileNotFoundException">There is no such file.</exception>
            /// <exception cref="ArgumentException">Strict, and the entries are not the module's; or a tensor has another dtype or other sizes.</exception>
            public virtual Module load(
                string location, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                using FileStream stream = File.OpenRead(location);
                return load(stream, strict, skip, loadedParameters);
            }

            /// <inheritdoc cref="load(string, bool, IList{string}, Dictionary{string, bool})"/>
            public virtual Module load(
                BinaryReader reader, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                Dictionary<string, Tensor> own = state_dict();
                long entries = reader.ReadLeb128();
                if (strict && entries != own.Count)
                {
                    throw new ArgumentException($"Mismatched state_dict sizes: expected {own.Count}, but found {entries} entries.");
                }

                for (long i = 0; i < entries; i++)
                {
                    string key = reader.ReadString();
                    bool found = own.TryGetValue(key, out Tensor? target);
                    if (strict && !found)
                    {
                        throw new ArgumentException(
                            $"Mismatched module state names: the target modules does not have a submodule or buffer named '{key}'");
                    }

                    if (found && skip?.Contains(key) != true)
                    {
                        target!.Load(reader);
                    }
                    else
                    {
                        TensorExtensionMethods.Load(reader, skip: true).Dispose();
                    }

                    loadedParameters?.Add(key, found);
                }

                return this;
            }

            /// <inheritdoc cref="load(string, bool, IList{string}, Dictionary{string, bool})"/>
            public Module load(
                Stream stream, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
                return load(reader, strict, skip, loadedParameters);
            }
        }
    }
}
