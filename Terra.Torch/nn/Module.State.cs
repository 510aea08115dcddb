namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>
            /// Parameters and persistent buffers by path: the tensors themselves, not copies. First all parameters, then all buffers, then
            /// the further paths of tensors that several submodules share; saved files keep that order.
            /// </summary>
            /// <param name="destination">Where to add the entries; a new dictionary by default.</param>
            /// <param name="prefix">Put before each path, followed by a dot.</param>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= new Dictionary<string, Tensor>(StringComparer.Ordinal);
                foreach ((string name, Modules.Parameter parameter) in named_parameters())
                {
                    destination.TryAdd(Path(prefix, name), parameter);
                }

                foreach ((string name, Tensor buffer) in named_buffers(include_nonpersistent: false))
                {
                    destination.TryAdd(Path(prefix, name), buffer);
                }

                foreach ((string name, Module module) in named_children())
                {
                    module.state_dict(destination, Path(prefix, name));
                }

                return destination;
            }

            /// <summary>Copies the values of <paramref name="source"/> into the tensors of the same path.</summary>
            /// <param name="source">Values by path, as <see cref="state_dict"/> gives them.</param>
            /// <param name="strict">Whether the paths must be exactly this module's.</param>
            /// <param name="skip">Paths to leave alone.</param>
            /// <returns>The paths of this module that the source lacks, and those it has too many.</returns>
            /// <exception cref="InvalidOperationException">Strict, and the paths differ; nothing was copied then.</exception>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keys) load_state_dict(
                Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                Dictionary<string, Tensor> destination = state_dict();
                bool IsSkipped(string key) => skip is not null && skip.Contains(key);
                var missing = destination.Keys.Where(key => !IsSkipped(key) && !source.ContainsKey(key)).ToList();
                var unexpected = source.Keys.Where(key => !IsSkipped(key) && !destination.ContainsKey(key)).ToList();
                if (strict && missing.Count + unexpected.Count > 0)
                {
                    throw new InvalidOperationException(
                        "The loaded state_dict is not identical to the target dictionary."
                        + (missing.Count > 0 ? $" Missing: {string.Join(", ", missing)}." : "")
                        + (unexpected.Count > 0 ? $" Unexpected: {string.Join(", ", unexpected)}." : ""));
                }

                using (no_grad())
                {
                    foreach ((string key, Tensor value) in source)
                    {
                        if (!IsSkipped(key) && destination.TryGetValue(key, out Tensor? target))
                        {
                            target.copy_(value);
                        }
                    }
                }

                return (missing, unexpected);
            }

            private static string Path(string? prefix, string name) => string.IsNullOrEmpty(prefix) ? name : $"{prefix}.{name}";
        }
    }
}
