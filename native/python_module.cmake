# The cffi module native._core, generated from baryta.h: each declaration is written once.
find_package(Python REQUIRED COMPONENTS Interpreter Development.Module)

set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS baryta.h)
file(READ baryta.h header)
string(REGEX REPLACE ".*/\\* cffi: begin \\*/" "" cdef "${header}")
string(REGEX REPLACE "/\\* cffi: end \\*/.*" "" cdef "${cdef}")
string(APPEND cdef "\nextern \"Python\" int baryta_python_progress(void *user, float fraction);\n")
file(CONFIGURE OUTPUT core.cdef.h CONTENT "${cdef}" @ONLY)
file(CONFIGURE OUTPUT core.prelude.h CONTENT "#include \"baryta.h\"\n" @ONLY)

set(generated ${CMAKE_CURRENT_BINARY_DIR}/_core.c)
add_custom_command(
  OUTPUT ${generated}
  COMMAND ${Python_EXECUTABLE} -m cffi.gen_src read-sources native._core
          ${CMAKE_CURRENT_BINARY_DIR}/core.cdef.h ${CMAKE_CURRENT_BINARY_DIR}/core.prelude.h
          ${generated}
  DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/core.cdef.h ${CMAKE_CURRENT_BINARY_DIR}/core.prelude.h
  VERBATIM)

# cffi's modules keep to the stable ABI by themselves: one build serves every Python from 3.11 on.
Python_add_library(_core MODULE ${generated})
set_target_properties(_core PROPERTIES SUFFIX .abi3.so)
target_link_libraries(_core PRIVATE baryta)
if(BARYTA_SANITIZE)
  target_link_options(_core PRIVATE -fsanitize=address,undefined)
endif()
install(TARGETS _core DESTINATION native)
