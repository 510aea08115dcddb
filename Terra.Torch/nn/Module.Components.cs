using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>
            /// Registers what the instance's fields hold: modules as submodules, parameters as parameters, other tensors as
            /// buffers, under the field's name (or that of its <see cref="Utils.ComponentNameAttribute"/>).
            /// </summary>
            protected virtual void RegisterComponents()
            {
                if (_componentsRegistered)
                {
                    return;
                }

                foreach (FieldInfo field in FieldsOf(GetType()))
                {
                    string name = field.ComponentName();
                    switch (field.GetValue(this))
                    {
                        case Module module when !_moduleTable.Contains(name):
                            register_module(name, module);
                            break;
                        case Parameter parameter when !_parameterTable.Contains(name):
                            register_parameter(name, parameter);
                            break;
                        case Tensor tensor when tensor is not Modules.Parameter && !_bufferTable.Contains(name):
                            register_buffer(name, tensor);
                            break;
                    }
                }

                _componentsRegistered = true;
            }

            /// <summary>All fields, the private ones of base classes after the others; of fields of one name the most derived one.</summary>
            private static IEnumerable<FieldInfo> FieldsOf(Type module)
            {
                var seen = new HashSet<string>(StringComparer.Ordinal);
                for (Type type = module; type != typeof(Module); type = type.BaseType!)
                {
                    foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
                    {
                        if (seen.Add(field.Name))
                        {
                            yield return field;
                        }
                    }
                }
            }

            /// <summary>Adds a submodule.</summary>
            /// <exception cref="ArgumentException">The name is empty, contains a dot, or is taken.</exception>
            public virtual void register_module(string name, Module submodule)
            {
                CheckName(name, _moduleTable.Contains(name));
                _moduleTable.Set(name, submodule);
            }

            /// <inheritdoc cref="register_module"/>
            public void add_module(string name, Module module) => register_module(name, module);

            /// <summary>Adds a parameter; it leaves the dispose scope it was created in, as it now belongs to the module.</summary>
            /// <exception cref="ArgumentException">The name is empty, contains a dot, or is taken.</exception>
            public virtual void register_parameter(string name, Parameter? param)
            {
                if (param is null)
                {
                    _parameterTable.Remove(name);
                    return;
                }

                CheckName(name, _parameterTable.Contains(name));
                param.DetachFromDisposeScope();
                _parameterTable.Set(name, param);
            }

            /// <summary>Adds a tensor that is state but not trained, such as running statistics.</summary>
            /// <param name="name">Its name in the state_dict.</param>
            /// <param name="tensor">The buffer; it leaves the dispose scope it was created in.</param>
            /// <param name="persistent">Whether it is part of the state_dict.</param>
            /// <exception cref="ArgumentException">The name is empty, contains a dot, or is taken.</exception>
            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                CheckName(name, _bufferTable.Contains(name));
                tensor.DetachFromDisposeScope();
                _bufferTable.Set(name, tensor);
                if (persistent)
                {
                    _persistentBuffers.Add(name);
                }
            }

            /// <summary>Registers, replaces or (with null) removes a parameter.</summary>
            protected void ConditionallyRegisterParameter(string name, Parameter? value)
            {
                if (value is null)
                {
                    _parameterTable.Remove(name);
                }
                else if (_parameterTable.Contains(name))
                {
                    value.DetachFromDisposeScope();
                    _parameterTable.Set(name, value);
                }
                else
                {
                    register_parameter(name, value);
                }
            }

            /// <summary>Registers, replaces or (with null) removes a buffer.</summary>
            protected void ConditionallyRegisterBuffer(string name, Tensor? value, bool persistent = true)
            {
                if (value is null)
                {
                    _bufferTable.Remove(name);
                    _persistentBuffers.Remove(name);
                }
                else if (_bufferTable.Contains(name))
                {
                    value.DetachFromDisposeScope();
                    _bufferTable.Set(name, value);
                }
                else
                {
                    register_buffer(name, value, persistent);
                }
            }

            /// <summary>Forgets all submodules without disposing them.</summary>
            protected void ClearModules() => _moduleTable.Clear();

            /// <summary>Forgets all parameters without disposing them.</summary>
            internal void ClearParameters() => _parameterTable.Clear();

            internal void RemoveModule(string name) => _moduleTable.Remove(name);

            /// <summary>The submodules of this module itself, in the order they were registered.</summary>
            public virtual IEnumerable<(string name, Module module)> named_children()
            {
                foreach ((string name, Module module) in _moduleTable)
                {
                    yield return (name, module);
                }
            }

            /// <inheritdoc cref="named_children"/>
            public virtual IEnumerable<Module> children() => named_children().Select(static child => child.module);

            /// <summary>All modules below this one, each before its own submodules, named by their path.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach ((string name, Module module) in named_children())
                {
                    yield return (name, module);
                    foreach ((string inner, Module descendant) in module.named_modules())
                    {
                        yield return ($"{name}.{inner}", descendant);
                    }
                }
            }

            /// <inheritdoc cref="named_modules"/>
            public virtual IEnumerable<Module> modules() => named_modules().Select(static entry => entry.module);

            /// <summary>The parameters with their path; one shared by several modules comes once, under its first name.</summary>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
                foreach ((string name, Parameter parameter) in _parameterTable)
                {
                    if (seen.Add(parameter))
                    {
                        yield return (name, parameter);
                    }
                }

                if (!recurse)
                {
                    yield break;
                }

                foreach ((string child, Module module) in named_children())
                {
                    foreach ((string name, Parameter parameter) in module.named_parameters(true))
                    {
                        if (seen.Add(parameter))
                        {
                            yield return ($"{child}.{name}", parameter);
                        }
                    }
                }
            }

            /// <inheritdoc cref="named_parameters"/>
            public virtual IEnumerable<Parameter> parameters(bool recurse = true) =>
                named_parameters(recurse).Select(static entry => entry.parameter);

            /// <summary>The buffers with their path, each once.</summary>
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
                foreach ((string name, Tensor buffer) in _bufferTable)
                {
                    if ((include_nonpersistent || _persistentBuffers.Contains(name)) && seen.Add(buffer))
                    {
                        yield return (name, buffer);
                    }
                }

                if (!recurse)
                {
                    yield break;
                }

                foreach ((string child, Module module) in named_children())
                {
                    foreach ((string name, Tensor buffer) in module.named_buffers(true, include_nonpersistent))
                    {
                        if (seen.Add(buffer))
                        {
                            yield return ($"{child}.{name}", buffer);
                        }
                    }
                }
            }

            /// <inheritdoc cref="named_buffers"/>
            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(static entry => entry.buffer);

            /// <summary>Whether there is a parameter of that path, such as <c>fc1.weight</c>.</summary>
            public virtual bool has_parameter(string target) =>
                Resolve(target) is var (owner, name) && owner is not null && owner._parameterTable.Contains(name);

            /// <summary>The parameter of that path, or null.</summary>
            public virtual Parameter? get_parameter(string target) =>
                Resolve(target) is var (owner, name) && owner is not null && owner._parameterTable.TryGet(name, out Parameter? found) ? found : null;

            /// <summary>Whether there is a buffer of that path.</summary>
            public virtual bool has_buffer(string target) =>
                Resolve(target) is var (owner, name) && owner is not null && owner._bufferTable.Contains(name);

            /// <summary>The buffer of that path, or null.</summary>
            public virtual Tensor? get_buffer(string target) =>
                Resolve(target) is var (owner, name) && owner is not null && owner._bufferTable.TryGet(name, out Tensor? found) ? found : null;

            private (Module? Owner, string Name) Resolve(string target)
            {
                Module? owner = this;
                string[] path = target.Split('.');
                for (int i = 0; i < path.Length - 1 && owner is not null; i++)
                {
                    owner._moduleTable.TryGet(path[i], out owner);
                }

                return (owner, path[^1]);
            }

            private static void CheckName(string name, bool taken)
            {
                if (string.IsNullOrEmpty(name))
                {
                    throw new ArgumentException("a module's component needs a name", nameof(name));
                }

                if (name.Contains('.', StringComparison.Ordinal))
                {
                    throw new ArgumentException($"'{name}': a component's name cannot contain a dot, which separates names in a path", nameof(name));
                }

                if (taken)
                {
                    throw new ArgumentException($"'{name}' is already registered in the module; use another name", nameof(name));
                }
            }
        }
    }
}

/// <summary>How a field is named as a component of its module.</summary>
public static class FieldInfoExtensionMethods
{
    /// <summary>The name given by <see cref="Utils.ComponentNameAttribute"/>, else the field's own.</summary>
    public static string ComponentName(this FieldInfo field) =>
        field.GetCustomAttribute<Utils.ComponentNameAttribute>()?.Name ?? field.Name;
}
